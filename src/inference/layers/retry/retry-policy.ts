import type { OrchestratorError } from '../../../core/errors.ts';
import type { Random } from '../../../core/random.ts';

export interface RetrySettings {
  /** All attempts at a call, the first included; 1 never retries. */
  readonly attempts: number;
  /** The longest wait before the second attempt, milliseconds; it doubles with each further one. */
  readonly baseMs: number;
  /** The longest wait of all, milliseconds; a provider that asks for more gets more. */
  readonly maxMs: number;
}

/** A provider that asks for a longer wait is obeyed so far, milliseconds: a call holds a worker while it waits. */
export const LONGEST_RETRY_AFTER_MS = 60_000;

/** What is known of a call when an attempt at it has failed. */
export interface FailedAttempt {
  readonly error: OrchestratorError;
  /** Attempts so far. */
  readonly attempts: number;
  /** A token has arrived. */
  readonly spoke: boolean;
  /** Monotonic milliseconds. */
  readonly now: number;
  readonly deadlineAt: number;
}

export type RetryDecision =
  | { readonly kind: 'retry'; readonly afterMs: number }
  | { readonly kind: 'stop'; readonly why: 'spoke' | 'final' | 'attempts' | 'deadline' };

/** Whether a failed attempt is followed by another, and when. Whether the budget allows it is asked afterwards. */
export function decideRetry(failed: FailedAttempt, settings: RetrySettings, random: Random): RetryDecision {
  if (failed.spoke) return { kind: 'stop', why: 'spoke' };
  if (failed.error.definition.action !== 'retry') return { kind: 'stop', why: 'final' };
  if (failed.attempts >= settings.attempts) return { kind: 'stop', why: 'attempts' };
  const afterMs = retryDelayMs(failed.attempts, failed.error.retryAfterMs, settings, random);
  if (failed.now + afterMs >= failed.deadlineAt) return { kind: 'stop', why: 'deadline' };
  return { kind: 'retry', afterMs };
}

/**
 * Milliseconds to wait after `attempts` attempts: exponential with full jitter ("Exponential Backoff and Jitter", AWS
 * Architecture Blog 2015), so that calls that failed together don't come back together. What the provider asked for is
 * the least.
 */
export function retryDelayMs(
  attempts: number,
  retryAfterMs: number | undefined,
  settings: Pick<RetrySettings, 'baseMs' | 'maxMs'>,
  random: Random,
): number {
  const asked = Math.min(retryAfterMs ?? 0, Math.max(LONGEST_RETRY_AFTER_MS, settings.maxMs));
  // On top of it, not instead: all who were sent away together were told the same time.
  return asked + random() * backoffMs(attempts, settings);
}

/** The longest that is waited after `attempts` attempts unless the provider asks for more, milliseconds. */
export function backoffMs(attempts: number, { baseMs, maxMs }: Pick<RetrySettings, 'baseMs' | 'maxMs'>): number {
  return Math.min(baseMs * 2 ** (attempts - 1), maxMs);
}
