import type { DeadLetter } from '../../src/core/dead-letter.ts';
import type { ErrorCode } from '../../src/core/errors.ts';
import type { Job } from '../../src/core/job.ts';
import type { OutcomeStatus } from '../../src/core/outcome.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import type { Conduct } from './plan.ts';

/** One request as its caller knows it. */
export interface Sent {
  readonly nr: number;
  readonly request: PromptRequest;
  /** Those who ask the same question may get one answer; every other one has its own. */
  readonly question: string;
  readonly sentAt: number;
  /** Infinite without a deadline. */
  readonly deadlineAt: number;
  /** What the callers' and hooks' own work had taken altogether when it was sent. */
  readonly workedBefore: number;
  readonly signal: AbortSignal | null;
  /** Null while `submit` has not returned. */
  job: Job | null;
  /** Somebody has taken it back, or tried to. */
  takenBack: boolean;
  /** How often the caller was told. */
  timesTold: number;
  told: { readonly at: number; readonly status: OutcomeStatus; readonly text: string } | null;
  /** Pieces as they arrived; null where the listener has thrown. */
  streamed: string | null;
  /** Those that were begun for it; others may get their answers. */
  readonly calls: Call[];
  /** How often it has been a dead letter before. */
  readonly hops: number;
  /** Whether its outcome is written down; null where its surface does not ask for that. */
  record: 'asked' | 'pending' | 'written' | 'failed' | null;
}

/** One call of the engine to a provider, as the provider knows it. */
export interface Call {
  readonly nr: number;
  readonly provider: string;
  readonly sent: Sent;
  readonly conduct: Conduct;
  readonly startedAt: number;
  /** When the engine gives it up. */
  readonly timeoutAt: number;
  /** Everything that was emitted. */
  said: string;
  /** What had been emitted when it ended; null while it is open. */
  saidByEnd: string | null;
  /** What was emitted while the engine listened. */
  heard: string;
  /** The error that the provider gave, and how long it asked to wait; null and 0 without. */
  error: ErrorCode | null;
  retryAfterMs: number;
  /** Null while it is open. */
  endedAt: number | null;
  /** The provider was told that nobody wants the answer. */
  aborted: boolean;
  /** That was because it took too long, and not because its request had ended. */
  givenUp: boolean;
}

/** A dead letter, when it was written, and when it is sent again; monotonic milliseconds. */
export interface Death {
  readonly letter: DeadLetter;
  readonly at: number;
  /** Infinite when that is up to people. */
  againAt: number;
}
