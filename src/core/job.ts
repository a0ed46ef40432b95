import type { Audience } from './audience.ts';
import type { Call } from './call.ts';
import type { OrchestratorError } from './errors.ts';
import { Detailed, type JobDetails } from './job-details.ts';
import type { LaterAttempt } from './later-attempt.ts';
import type { Aside } from './native.ts';
import type { AnswerSource, Outcome, OutcomeStatus, Timing, Usage } from './outcome.ts';
import { OUTCOME_STATUSES } from './outcome.ts';
import type { Citation, Message, Parameters, PromptRequest, Tool } from './request.ts';
import type { SubmitOptions } from './submit-options.ts';
import type { TextFlow } from './text-flow.ts';
import { estimateTokens } from './tokens.ts';
import type { Trace } from './trace.ts';
import { usageOf } from './usage.ts';

export type { SubmitOptions } from './submit-options.ts';
export { type Trace, traceFrom } from './trace.ts';

/** How far a job has come, which says what becomes of a piece of its answer. One number: it is compared for every token. */
const KEEP = 0;
/** Somebody may want to hear of the pieces. */
const KEEP_AND_TELL = 1;
/** The first attempt is over: its pieces are ignored. */
const CLOSED = 2;
/** It has ended; the outcome's place among all outcomes is added. */
const ENDED = 8;
/** Added once the caller has been told. */
const TOLD = 16;
/** All went well, and the caller is told at once. */
const WELL = ENDED + TOLD + OUTCOME_STATUSES.indexOf('completed');

const NO_PARAMETERS: Parameters = {};
const NO_TOOLS: readonly Tool[] = [];

/**
 * One request on its way, and its outcome once settled. It is its own call, unless it shares one with others, and the
 * call its own first attempt: one object for the three. `emit` and the setter of `error` belong to that attempt, and
 * are deaf once it was closed; later ones hand theirs to `accept` and `take`.
 *
 * Every field is set in the constructor, in one order, so that all jobs share one hidden class, and there are few of them:
 * each is a store and eight bytes for every request. What most jobs never have is in `details`, made on first use. A number
 * is a small integer or starts as null: a double would cost a box of its own in every job. `declare` keeps fields that the
 * constructor sets from being set to undefined first.
 */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: see the end of the file
export class Job implements Call, Outcome {
  declare readonly request: PromptRequest;
  /** Called once, with the job as outcome. */
  declare done: ((outcome: Outcome) => void) | null;
  private phase = KEEP;
  /** The stage it is in or waits for. */
  stage = 0;
  /** Since when it waits in that stage's queue, monotonic milliseconds; null when it does not. */
  queuedSince: number | null = null;

  /** What the provider is asked: the request's messages until assemble replaces them. */
  declare messages: readonly Message[];
  declare parameters: Parameters;
  text = '';

  provider: string | null = null;
  model = '';
  finishReason: string | null = null;
  attempts = 0;
  outputTokens = -1;
  /** Estimated tokens of its messages, while the token budget has something set aside for it; -1 when it has not. */
  reservedInput = -1;

  trace: Trace | null = null;
  details: JobDetails | null = null;

  constructor(request: PromptRequest, options: SubmitOptions | null, done: ((outcome: Outcome) => void) | null) {
    this.request = request;
    this.done = done;
    this.messages = request.messages;
    this.parameters = request.parameters ?? NO_PARAMETERS;
    if (options !== null) this.more.options = options;
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

  /** How it ended; null while in flight. */
  get ended(): OutcomeStatus | null {
    return this.phase < ENDED ? null : OUTCOME_STATUSES[this.phase & (ENDED - 1)]!;
  }

  /** The caller has been told. */
  get delivered(): boolean {
    return this.phase >= TOLD;
  }

  deliver(): void {
    this.phase |= TOLD;
  }

  /** Of a job that never waited and did not fail: nobody but its caller will want to know how it ends. */
  get plain(): boolean {
    return this.details === null && this.phase < ENDED;
  }

  /** `conclude` and `deliver` in one, for a plain job that is completed. */
  finish(): void {
    this.phase = WELL;
  }

  get timed(): boolean {
    return this.trace !== null;
  }

  get error(): OrchestratorError | null {
    return this.failure;
  }

  /** The first attempt's: a provider that was given up has no say in why. */
  set error(error: OrchestratorError | null) {
    if (this.phase < CLOSED && error !== null) this.fail(error);
  }

  /** Fails the request, whoever's fault it is; the first error stays. */
  fail(error: OrchestratorError): void {
    if (this.phase < ENDED) this.failure ??= error;
  }

  get wanted(): boolean {
    return this.phase < CLOSED;
  }

  begin(provider: string, model: string): void {
    this.attempts++;
    this.provider = provider;
    this.model = model;
  }

  /** The first attempt is over: what its provider still says is ignored. */
  close(): void {
    if (this.phase < CLOSED) this.phase = CLOSED;
  }

  /** Fixes how the request ended; from here on nothing but a failed recording changes it. */
  conclude(status: OutcomeStatus, error: OrchestratorError | null): void {
    this.phase = ENDED + OUTCOME_STATUSES.indexOf(status);
    this.failure = error;
    // Held-back text has not passed the steps that may change or refuse it, so it is not let out by failing either.
    if (!this.held || status === 'completed') return;
    if (this.outputTokens < 0) this.outputTokens = estimateTokens(this.said);
    this.text = '';
    this.toolCalls = null;
    this.native = null;
  }

  get signal(): AbortSignal {
    const { signal } = this.more.controller();
    if (!this.wanted) this.abort();
    return signal;
  }

  onAbort(listener: () => void): void {
    if (this.more.stop === null) this.more.stop = listener;
    else this.signal.addEventListener('abort', listener, { once: true });
  }

  /** Tells whoever works on the first attempt that it is not wanted any more. */
  abort(): void {
    this.details?.abort(this.failure);
  }

  abandon(): void {
    this.abort();
    this.leave?.();
    for (let attempt = this.latest; attempt !== null; attempt = attempt.before) attempt.abort();
  }

  emit(text: string): void {
    if (this.phase === KEEP) this.text += text;
    else if (this.phase === KEEP_AND_TELL && text !== '') this.tell(text);
  }

  private tell(text: string): void {
    const { more } = this;
    const first = more.firstPiece;
    more.firstPiece = null;
    first?.();
    this.accept(text);
    const { audience } = more;
    if (audience === null || (this.held && audience.shape === null)) this.openTo(KEEP);
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
    if (this.wanted) this.acceptAside(piece);
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
    const audience = this.more.gather();
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
    this.more.gather().said ??= this.text;
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
    this.more.gather().onAside = listener;
  }

  onFirstPiece(listener: () => void): void {
    this.more.firstPiece = listener;
    this.openTo(KEEP_AND_TELL);
  }

  /**
   * Gives a late listener the text so far, then everything that follows. The returned function ends that.
   * @param eager it wants the pieces as they come
   */
  subscribe(listener: (text: string) => void, eager = true): () => void {
    if (!this.held && this.text !== '') listener(this.text);
    if (!this.held) this.openTo(KEEP_AND_TELL);
    const audience = this.more.gather();
    if (eager) audience.eager = true;
    return audience.add(listener);
  }

  /** From here on pieces are kept back: some later step may still change the text. */
  hold(): void {
    this.more.held = true;
    if (this.more.firstPiece === null) this.openTo(KEEP);
  }

  /** The text is final: whoever waited for held-back pieces gets it in one. */
  release(): void {
    const { details } = this;
    if (details === null || !details.held) return;
    details.held = false;
    if (details.audience === null) return;
    this.openTo(KEEP_AND_TELL);
    if (this.text !== '') details.audience.tell(this.text);
  }

  private openTo(phase: typeof KEEP | typeof KEEP_AND_TELL): void {
    if (this.wanted) this.phase = phase;
  }

  get status(): OutcomeStatus {
    return this.phase === WELL ? 'completed' : (this.ended ?? 'failed');
  }

  get source(): AnswerSource | null {
    return this.ended === 'completed' ? (this.answeredFrom ?? 'model') : null;
  }

  get usage(): Usage | null {
    return this.attempts === 0 && this.answeredFrom === null ? null : usageOf(this);
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

// Not `extends`: then every job would call another constructor, which takes half as long as all the rest.
Object.setPrototypeOf(Job.prototype, Detailed.prototype);
export interface Job extends Detailed {}
