import type { Attempt } from './attempt.ts';
import type { OrchestratorError } from './errors.ts';
import type { LaterAttempt } from './later-attempt.ts';
import type { Aside } from './native.ts';
import type { Notes, OutcomeStatus } from './outcome.ts';
import type { Message, Parameters, PromptRequest } from './request.ts';

/** An attempt as the layers around a provider see it: they count, time and end it. */
export interface LayeredAttempt extends Attempt {
  /** What it is an attempt at. */
  readonly call: Call;
  /** Whether it is worth two looks at the clock even when it does not wait. */
  readonly timed: boolean;
  /** What its provider has said so far; attempts that share the call's text say what the call has. */
  readonly said: string;
  /** A provider is asked now: from here on it counts as an attempt. */
  begin(provider: string, model: string): void;
  /** Calls back once, when the provider hands over its first piece. */
  onFirstPiece(listener: () => void): void;
  /** Fails it, whoever's fault it is; the first error stays. */
  fail(error: OrchestratorError): void;
  /** It is over: what its provider still says is ignored. */
  close(): void;
  /** Tells its provider, or the layer it waits in, that it is not wanted any more. */
  abort(): void;
}

/**
 * One piece of work for a provider: what is asked, the attempts at it, and the answer. It is its own first attempt, so
 * that one that succeeds at once is a single object. A request is its own call (`Job`), or shares one with others: then
 * that is carried by a job that is in no pipeline.
 */
export interface Call extends LayeredAttempt {
  readonly request: PromptRequest;
  /** Replaced before the first attempt only. */
  messages: readonly Message[];
  parameters: Parameters;
  /** How it ended, for a reason outside its attempts; null while it is wanted. */
  readonly ended: OutcomeStatus | null;
  /** When nobody can use the answer any more, monotonic milliseconds; infinite without a deadline. */
  readonly deadlineAt: number;
  /** Once it is not empty, there is no other attempt. */
  readonly said: string;
  /** Something of an answer was heard outside, be it no text: there is no other attempt. */
  readonly spoke: boolean;
  /** The provider that was asked last. */
  provider: string | null;
  /** Tries at providers so far. */
  attempts: number;
  /** What was noted on the way. */
  notes: Notes | null;
  /** The last of the attempts after the first; each knows the one before it. */
  latest: LaterAttempt | null;

  /** The next piece of the answer, from a later attempt. */
  accept(text: string): void;
  /** The same of a piece that is not text. False when nobody heard it. */
  acceptAside(piece: Aside): boolean;
  /** A later attempt has ended, and its end is this call's. */
  take(attempt: LaterAttempt): void;
  /** Aborts every attempt: nobody wants the answer any more. */
  abandon(): void;
}
