import type { CachedTokens } from './attempt.ts';
import type { Call, LayeredAttempt } from './call.ts';
import type { OrchestratorError } from './errors.ts';
import type { Aside, NativeAnswer } from './native.ts';
import type { Message, Parameters, Tool, ToolCall } from './request.ts';

/**
 * Another try at a call after its first, at the same or another provider: with a signal and numbers of its own, so that
 * nothing an earlier one still says gets into it. `Call.take` makes its end the call's.
 */
export class LaterAttempt implements LayeredAttempt {
  readonly call: Call;
  readonly timed = true;
  /** The attempt before this one; null when that was the call itself. */
  readonly before: LaterAttempt | null;

  /** Who was asked; null until it was. */
  provider: string | null = null;
  model = '';
  finishReason: string | null = null;
  inputTokens = -1;
  outputTokens = -1;
  cached: CachedTokens | null = null;
  toolCalls: readonly ToolCall[] | null = null;
  native: NativeAnswer | null = null;

  private readonly sink: ((text: string) => void) | null;
  private own = '';
  private firstPiece: (() => void) | null = null;
  private failure: OrchestratorError | null = null;
  private open = true;
  private readonly controller = new AbortController();

  /** @param sink takes the pieces in place of the call: for attempts that run side by side until one has won */
  constructor(call: Call, sink: ((text: string) => void) | null = null) {
    this.call = call;
    this.sink = sink;
    this.before = call.latest;
    call.latest = this;
  }

  get id(): string {
    return this.call.id;
  }

  get messages(): readonly Message[] {
    return this.call.messages;
  }

  get parameters(): Parameters {
    return this.call.parameters;
  }

  get tools(): readonly Tool[] {
    return this.call.tools;
  }

  /** Those that run side by side are told apart by who speaks first. */
  get streams(): boolean {
    return this.sink !== null || this.call.streams;
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  onAbort(listener: () => void): void {
    this.signal.addEventListener('abort', listener, { once: true });
  }

  get error(): OrchestratorError | null {
    return this.failure;
  }

  /** What the provider says went wrong; once the attempt was closed it has no say any more. */
  set error(error: OrchestratorError | null) {
    if (this.open && error !== null) this.fail(error);
  }

  get wanted(): boolean {
    return this.open && this.call.ended === null;
  }

  get said(): string {
    return this.sink === null ? this.call.said : this.own;
  }

  begin(provider: string, model: string): void {
    this.call.attempts++;
    this.call.provider = provider;
    this.provider = provider;
    this.model = model;
  }

  emit(text: string): void {
    if (text === '' || !this.wanted) return;
    const first = this.firstPiece;
    this.firstPiece = null;
    first?.();
    if (this.sink === null) return this.call.accept(text);
    this.own += text;
    this.sink(text);
  }

  /** Of attempts that run side by side nobody hears anything but text until one has won. */
  aside(piece: Aside): void {
    if (this.wanted && this.sink === null) this.call.acceptAside(piece);
  }

  onFirstPiece(listener: () => void): void {
    this.firstPiece = listener;
  }

  /** The first error stays. */
  fail(error: OrchestratorError): void {
    this.failure ??= error;
  }

  /** It is over: what its provider still says is ignored. One whose call has ended meanwhile has ended like the call. */
  close(): void {
    this.open = false;
    if (this.call.ended !== null) this.failure ??= this.call.error;
  }

  abort(): void {
    if (!this.controller.signal.aborted) this.controller.abort(this.failure ?? this.call.error);
  }
}
