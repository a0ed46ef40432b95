import type { Step } from '../../../core/attempt.ts';
import type { LayeredAttempt } from '../../../core/call.ts';
import { OrchestratorError } from '../../../core/errors.ts';
import type { NotingClock } from '../../../core/noting-clock.ts';
import { pause } from '../../../core/pause.ts';
import type { TokenBucket } from '../../../primitives/token-bucket.ts';
import type { ProviderRecord } from '../../provider-record.ts';
import { overdue } from '../overdue.ts';

export interface RateLimitLayerOptions {
  readonly bucket: TokenBucket;
  /** The provider's name. */
  readonly name: string;
  /** Milliseconds that an attempt waits for its turn, at most. */
  readonly longestWaitMs: number;
  readonly clock: NotingClock;
  readonly record: ProviderRecord;
}

/** Only so many attempts at a provider a second (`max_rps`). The others wait for their turn when it comes soon enough. */
export function rateLimitLayer(inner: Step<LayeredAttempt>, options: RateLimitLayerOptions): Step<LayeredAttempt> {
  const { bucket, name, longestWaitMs, clock, record } = options;

  const waitAndRun = async (attempt: LayeredAttempt, waitMs: number, turn: number): Promise<void> => {
    await pause(clock, waitMs, attempt.signal);
    if (attempt.signal.aborted || overdue(attempt, clock)) bucket.giveBack(turn);
    else await inner(attempt);
  };

  return (attempt) => {
    const now = clock.recent();
    const waitMs = bucket.reserve(now, Math.min(longestWaitMs, attempt.call.deadlineAt - now));
    if (waitMs === 0) return inner(attempt);
    if (waitMs !== null) return waitAndRun(attempt, waitMs, bucket.turn);
    record.busy++;
    attempt.fail(
      new OrchestratorError(
        'provider_busy',
        `Provider ${name} is asked ${bucket.refillPerS} times a second at most (providers.${name}.max_rps), and too many wait already.`,
        { retryAfterMs: Math.ceil(bucket.waitMs(now)) },
      ),
    );
  };
}
