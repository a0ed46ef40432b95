import type { PromptRequest } from './request.ts';

/** Why a request ended in the dead letters (capability A9: never blocked, limited or cancelled). */
export const DEAD_LETTER_REASONS = ['shed', 'expired', 'failed', 'interrupted'] as const;

export type DeadLetterReason = (typeof DEAD_LETTER_REASONS)[number];

/** A request that could not be answered, whole, so that it can be replayed. */
export interface DeadLetter {
  readonly request: PromptRequest;
  readonly reason: DeadLetterReason;
  /** The error that ended it. */
  readonly error: { readonly code: string; readonly message: string } | null;
  /** Tries at providers before it was given up. */
  readonly attempts: number;
  /** How often it has been a dead letter before this one. */
  readonly hops: number;
  /** When it was given up, milliseconds since the epoch. */
  readonly at: number;
}

/** What an engine has sent again of its dead letters, as the snapshot shows it. */
export interface DeadLetterReplayPicture {
  /** Letters that wait for their time. */
  readonly scheduled: number;
  readonly in_flight: number;
  readonly succeeded: number;
  /** Tries that ended in another dead letter, or were refused. */
  readonly failed: number;
  /** Letters left alone: too old, died too often, or in the hands of another process. */
  readonly left: number;
}
