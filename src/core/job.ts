import type { CachedTokens } from './attempt.ts';
import { Audience } from './audience.ts';
import type { Call } from './call.ts';
import type { OrchestratorError } from './errors.ts';
import type { LaterAttempt } from './later-attempt.ts';
import type { Aside, NativeAnswer } from './native.ts';
import type { AnswerSource, Notes, Outcome, OutcomeStatus, Timing, Usage } from './outcome.ts';
import type { Citation, Message, Parameters, PromptRequest, Tool, ToolCall } from './request.ts';
import type { Reservation } from './reservation.ts';
import type { SubmitOptions } from './submit-options.ts';
import type { TextFlow } from './text-flow.ts';
import { estimateMessageTokens, estimateTokens } from './tokens.ts';
import type { Trace } from './trace.ts';

export type { SubmitOptions } from './submit-options.ts';
export { type Trace, traceFrom } from './trace.ts';

/** What becomes of a piece of the answer. Numbers: comparing them takes nothing, and it happens for every token. */
const KEEP = 0;
/** Somebody may want to hear of it. */
const KEEP_AND_TELL = 1;
const IGNORE = 2;

const NO_PARAMETERS: Parameters = {};
const NO_TOOLS: readonly Tool[] = [];

/**
 * One request on its way, and its outcome once settled. It is its own call, unless it shares one with others, and the
 * call its own first attempt: one object for the three. `emit` and the setter of `error` belong to that attempt, and
 * are deaf once it was closed; later ones hand theirs to `accept` and `take`.
 *
 * Every field is set in the constructor, in one order, so that all jobs share one hidden class; what only some jobs
 * need (signal, trace, listeners) starts as null and is made on first use. A number is a small integer or starts as null: a
 * double would cost a box of its own in every job.
 */
export class Job implements Call, Outcome {
  readonly request: PromptRequest;
  readonly options: SubmitOptions | null;
  /** Called once, with the job as outcome. */
  done: ((outcome: Outcome) => void) | null;

  /** How it ended; null while in flight. */
  ended: OutcomeStatus | null = null;
  /** The stage it is in or waits for. */
  stage = 0;
  /** Since when it waits in that stage's queue, monotonic milliseconds; null when it does not. */
  queuedSince: number | null = null;

  /** What the provider is asked: the request's messages until assemble replaces them. */
  messages: readonly Message[];
  parameters: Parameters;
  text = '';
  /** Pieces are kept back until the text is final. */
  held = false;
  /** Who gets the text as it arrives. */
  audience: Audience | null = null;

  answeredFrom: AnswerSource | null = null;
  provider: string | null = null;
  model = '';
  finishReason: string | null = null;
  attempts = 0;
  inputTokens = -1;
  outputTokens = -1;
  cached: CachedTokens | null = null;
  toolCalls: readonly ToolCall[] | null = null;
  native: NativeAnswer | null = null;
  latest: LaterAttempt | null = null;
  /** Takes it out of the call that it shares with others; null while it shares none. */
  leave: (() => void) | null = null;
  /** Told of the first piece of the answer, for those who time it. */
  private firstPiece: (() => void) | null = null;

  trace: Trace | null = null;
  notes: Notes | null = null;
  /** What the limits at the entry have set aside for it. */
  reservation: Reservation | null = null;
  /** The caller has been told. */
  delivered = false;
  private failure: OrchestratorError | null = null;
  private intake: typeof KEEP | typeof KEEP_AND_TELL | typeof IGNORE = KEEP;
  /** Who is told that the first attempt is not wanted any more: a signal, or a listener alone. */
  private stop: AbortController | (() => void) | null = null;

  constructor(request: PromptRequest, options: SubmitOptions | null, done: ((outcome: Outcome) => void) | null) {
    this.request = request;
    this.options = options;
    this.done = done;
    this.messages = request.messages;
    this.parameters = request.parameters ?? NO_PARAMETERS;
  }

  get id(): string {
    return this.request.id;
  }

  get tools(): readonly Tool[] {
    return this.request.tools ?? NO_TOOLS;
  }

  get call(): Call {
    return this;
  }

  get deadlineAt(): number {
    return this.trace?.deadlineAt ?? Number.POSITIVE_INFINITY;
  }

  get streams(): boolean {
    return this.options?.stream !== false || this.audience?.eager === true;
  }

  get timed(): boolean {
    return this.trace !== null;
  }

  get error(): OrchestratorError | null {
    return this.failure;
  }

  /** The first attempt's: a provider that was given up has no say in why. */
  set error(error: OrchestratorError | null) {
    if (this.intake !== IGNORE && error !== null) this.fail(error);
  }

  /** Fails the request, whoever's fault it is; the first error stays. */
  fail(error: OrchestratorError): void {
    if (this.ended === null) this.failure ??= error;
  }

  get wanted(): boolean {
    return this.intake !== IGNORE;
  }

  begin(provider: string, model: string): void {
    this.attempts++;
    this.provider = provider;
    this.model = model;
  }

  /** The first attempt is over: what its provider still says is ignored. */
  close(): void {
    this.intake = IGNORE;
  }

  /** Fixes how the request ended; from here on nothing but a failed recording changes it. */
  conclude(status: OutcomeStatus, error: OrchestratorError | null): void {
    this.ended = status;
    this.intake = IGNORE;
    this.failure = error;
    // Held-back text has not passed the steps that may change or refuse it, so it is not let out by failing either.
    if (!this.held || status === 'completed') return;
    if (this.outputTokens < 0) this.outputTokens = estimateTokens(this.said);
    this.text = '';
    this.toolCalls = null;
    this.native = null;
  }

  get signal(): AbortSignal {
    const { stop } = this;
    const controller = stop instanceof AbortController ? stop : new AbortController();
    if (typeof stop === 'function') controller.signal.addEventListener('abort', stop, { once: true });
    this.stop = controller;
    if (!this.wanted) this.abort();
    return controller.signal;
  }

  onAbort(listener: () => void): void {
    if (this.stop === null) this.stop = listener;
    else this.signal.addEventListener('abort', listener, { once: true });
  }

  /** Tells whoever works on the first attempt that it is not wanted any more. */
  abort(): void {
    const { stop } = this;
    if (stop instanceof AbortController) {
      if (!stop.signal.aborted) stop.abort(this.failure);
    } else if (stop !== null) {
      this.stop = null;
      stop();
    }
  }

  abandon(): void {
    this.abort();
    this.leave?.();
    for (let attempt = this.latest; attempt !== null; attempt = attempt.before) attempt.abort();
  }

  emit(text: string): void {
    if (this.intake === KEEP) this.text += text;
    else if (this.intake === KEEP_AND_TELL && text !== '') this.tell(text);
  }

  private tell(text: string): void {
    const first = this.firstPiece;
    this.firstPiece = null;
    first?.();
    this.accept(text);
    const { audience } = this;
    if (audience === null || (this.held && audience.shape === null)) this.intake = KEEP;
  }

  accept(text: string): void {
    if (this.ended !== null) return;
    const { audience } = this;
    const shape = audience?.shape ?? null;
    if (shape !== null) return this.show(shape.feed(text), audience!, text);
    this.text += text;
    if (!this.held && audience !== null) audience.tell(text);
  }

  aside(piece: Aside): void {
    if (this.intake !== IGNORE) this.acceptAside(piece);
  }

  /** Not kept: what is held back now, or missed, is in the outcome as a whole. False when nobody heard it. */
  acceptAside(piece: Aside): boolean {
    return this.ended === null && !this.held && this.audience?.tellAside(piece) === true;
  }

  take(attempt: LaterAttempt): void {
    if (this.ended !== null) return;
    this.failure = attempt.error;
    this.provider = attempt.provider ?? this.provider;
    this.model = attempt.model;
    this.finishReason = attempt.finishReason;
    this.inputTokens = attempt.inputTokens;
    this.outputTokens = attempt.outputTokens;
    this.cached = attempt.cached;
    this.toolCalls = attempt.toolCalls;
    this.native = attempt.native;
  }

  private show(text: string, audience: Audience, said: string): void {
    audience.said += said;
    this.text += text;
    if (text !== '') audience.tell(text);
  }

  /** From here on the text passes `shape`, piece by piece, before it is kept or anybody gets it. */
  shape(shape: TextFlow): void {
    const audience = this.gather();
    audience.shape = shape;
    audience.said ??= this.text;
    this.openTo(KEEP_AND_TELL);
  }

  /** The provider has said everything: what the shape still keeps back goes out. */
  endShape(): void {
    const shape = this.audience?.shape ?? null;
    if (shape === null) return;
    this.audience!.shape = null;
    this.show(shape.flush(), this.audience!, '');
  }

  /** Puts another text in place of one that is held back. */
  rewrite(text: string): void {
    if (text === this.text) return;
    this.gather().said ??= this.text;
    this.text = text;
  }

  /** What the provider said, whatever has become of it since. */
  get said(): string {
    return this.audience?.said ?? this.text;
  }

  get spoke(): boolean {
    return this.said !== '' || this.audience?.heardAside === true;
  }

  /** Hands over the pieces that are not text, as they come; the listener says whether anybody heard. */
  onAside(listener: (piece: Aside) => boolean): void {
    this.gather().onAside = listener;
  }

  private gather(): Audience {
    this.audience ??= new Audience();
    return this.audience;
  }

  onFirstPiece(listener: () => void): void {
    this.firstPiece = listener;
    this.openTo(KEEP_AND_TELL);
  }

  /**
   * Gives a late listener the text so far, then everything that follows. The returned function ends that.
   * @param eager it wants the pieces as they come
   */
  subscribe(listener: (text: string) => void, eager = true): () => void {
    if (!this.held && this.text !== '') listener(this.text);
    if (!this.held) this.openTo(KEEP_AND_TELL);
    const audience = this.gather();
    if (eager) audience.eager = true;
    return audience.add(listener);
  }

  /** From here on pieces are kept back: some later step may still change the text. */
  hold(): void {
    this.held = true;
    if (this.firstPiece === null) this.openTo(KEEP);
  }

  /** The text is final: whoever waited for held-back pieces gets it in one. */
  release(): void {
    if (!this.held) return;
    this.held = false;
    if (this.audience === null) return;
    this.openTo(KEEP_AND_TELL);
    if (this.text !== '') this.audience.tell(this.text);
  }

  private openTo(intake: typeof KEEP | typeof KEEP_AND_TELL): void {
    if (this.intake !== IGNORE) this.intake = intake;
  }

  get status(): OutcomeStatus {
    return this.ended ?? 'failed';
  }

  get source(): AnswerSource | null {
    return this.ended === 'completed' ? (this.answeredFrom ?? 'model') : null;
  }

  get usage(): Usage | null {
    if (this.attempts === 0 && this.answeredFrom === null) return null;
    const { inputTokens, outputTokens, cached } = this;
    return {
      input_tokens: inputTokens >= 0 ? inputTokens : estimateMessageTokens(this.messages),
      output_tokens: outputTokens >= 0 ? outputTokens : estimateTokens(this.said),
      // Text that was held back at the end was counted before it was dropped.
      estimated: inputTokens < 0 || outputTokens < 0 || (this.held && this.ended !== 'completed'),
      ...(cached === null ? {} : { cache_read_tokens: cached.read, cache_write_tokens: cached.write }),
    };
  }

  /** Read from the messages, so that a job without context carries nothing for it. */
  get citations(): readonly Citation[] | null {
    const { messages, request } = this;
    const context = messages.find((message) => message.citations !== undefined && !request.messages.includes(message));
    return context?.citations ?? null;
  }

  get timing(): Timing | null {
    const { trace } = this;
    return trace === null ? null : { totalMs: trace.endedAt - trace.acceptedAt, queuedMs: trace.queuedMs };
  }
}
