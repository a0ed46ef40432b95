import type { CachedTokens } from './attempt.ts';
import { Audience } from './audience.ts';
import type { OrchestratorError } from './errors.ts';
import type { LaterAttempt } from './later-attempt.ts';
import type { NativeAnswer } from './native.ts';
import type { AnswerSource, Notes } from './outcome.ts';
import type { ToolCall } from './request.ts';
import type { Reservation } from './reservation.ts';
import type { SubmitOptions } from './submit-options.ts';

/** What most jobs never have. */
export class JobDetails {
  options: SubmitOptions | null = null;
  failure: OrchestratorError | null = null;
  answeredFrom: AnswerSource | null = null;
  inputTokens = -1;
  cached: CachedTokens | null = null;
  toolCalls: readonly ToolCall[] | null = null;
  native: NativeAnswer | null = null;
  latest: LaterAttempt | null = null;
  notes: Notes | null = null;
  leave: (() => void) | null = null;
  audience: Audience | null = null;
  /** Pieces are kept back until the text is final. */
  held = false;
  /** Told of the first piece of the answer, for those who time it. */
  firstPiece: (() => void) | null = null;
  /** Who is told that the first attempt is not wanted any more: a signal, or a listener alone. */
  stop: AbortController | (() => void) | null = null;
  reservation: Reservation | null = null;

  /** Its signal is the listener's, too. */
  controller(): AbortController {
    const { stop } = this;
    if (stop instanceof AbortController) return stop;
    const controller = new AbortController();
    if (stop !== null) controller.signal.addEventListener('abort', stop, { once: true });
    this.stop = controller;
    return controller;
  }

  abort(reason: OrchestratorError | null): void {
    const { stop } = this;
    if (stop instanceof AbortController) {
      if (!stop.signal.aborted) stop.abort(reason);
    } else if (stop !== null) {
      this.stop = null;
      stop();
    }
  }

  gather(): Audience {
    this.audience ??= new Audience();
    return this.audience;
  }
}

/**
 * A job as the owner of such details: they look like fields of it. They are not, since each field is a store for every
 * request, and almost every request does without.
 */
export abstract class Detailed {
  abstract details: JobDetails | null;

  /** The details, made if there are none. */
  get more(): JobDetails {
    this.details ??= new JobDetails();
    return this.details;
  }

  get options(): SubmitOptions | null {
    return this.details === null ? null : this.details.options;
  }

  /** What it failed with; the first error stays. */
  protected get failure(): OrchestratorError | null {
    return this.details === null ? null : this.details.failure;
  }

  protected set failure(value: OrchestratorError | null) {
    if (value !== null || this.details !== null) this.more.failure = value;
  }

  /** Who gets the text as it arrives. */
  get audience(): Audience | null {
    return this.details === null ? null : this.details.audience;
  }

  /** Pieces are kept back until the text is final. */
  get held(): boolean {
    return this.details?.held === true;
  }

  get answeredFrom(): AnswerSource | null {
    return this.details === null ? null : this.details.answeredFrom;
  }

  set answeredFrom(value: AnswerSource | null) {
    if (value !== null || this.details !== null) this.more.answeredFrom = value;
  }

  get inputTokens(): number {
    return this.details === null ? -1 : this.details.inputTokens;
  }

  set inputTokens(value: number) {
    if (value >= 0 || this.details !== null) this.more.inputTokens = value;
  }

  get cached(): CachedTokens | null {
    return this.details === null ? null : this.details.cached;
  }

  set cached(value: CachedTokens | null) {
    if (value !== null || this.details !== null) this.more.cached = value;
  }

  get toolCalls(): readonly ToolCall[] | null {
    return this.details === null ? null : this.details.toolCalls;
  }

  set toolCalls(value: readonly ToolCall[] | null) {
    if (value !== null || this.details !== null) this.more.toolCalls = value;
  }

  get native(): NativeAnswer | null {
    return this.details === null ? null : this.details.native;
  }

  set native(value: NativeAnswer | null) {
    if (value !== null || this.details !== null) this.more.native = value;
  }

  get latest(): LaterAttempt | null {
    return this.details === null ? null : this.details.latest;
  }

  set latest(value: LaterAttempt | null) {
    if (value !== null || this.details !== null) this.more.latest = value;
  }

  get notes(): Notes | null {
    return this.details === null ? null : this.details.notes;
  }

  set notes(value: Notes | null) {
    if (value !== null || this.details !== null) this.more.notes = value;
  }

  /** What the limits at the entry have set aside for it. */
  get reservation(): Reservation | null {
    return this.details === null ? null : this.details.reservation;
  }

  set reservation(value: Reservation | null) {
    if (value !== null || this.details !== null) this.more.reservation = value;
  }

  /** Takes it out of the call that it shares with others; null while it shares none. */
  get leave(): (() => void) | null {
    return this.details === null ? null : this.details.leave;
  }

  set leave(value: (() => void) | null) {
    if (value !== null || this.details !== null) this.more.leave = value;
  }
}
