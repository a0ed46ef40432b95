import type { Step } from '../../../core/attempt.ts';
import type { Call, LayeredAttempt } from '../../../core/call.ts';
import type { Clock } from '../../../core/clock.ts';
import { LaterAttempt } from '../../../core/later-attempt.ts';
import { pause } from '../../../core/pause.ts';
import type { Random } from '../../../core/random.ts';
import type { ProviderRecord } from '../../provider-record.ts';
import { overdue } from '../overdue.ts';
import type { RetryBudget } from './retry-budget.ts';
import { decideRetry, type RetrySettings } from './retry-policy.ts';

export interface RetryLayerOptions {
  readonly settings: RetrySettings;
  /** Shared by everything that tries again. */
  readonly budget: RetryBudget;
  readonly clock: Clock;
  readonly random: Random;
  readonly record: ProviderRecord;
  /** Whether an attempt would be let through now: an open breaker ends the retries. */
  readonly open: () => boolean;
}

/** Tries a call again when it is worth it. The first attempt is the call itself: one that succeeds at once costs nothing. */
export function retryLayer(attempt: Step<LayeredAttempt>, options: RetryLayerOptions): Step<Call> {
  const { settings, budget, clock, random, record, open } = options;

  /** Milliseconds until the next attempt; null when there is none. */
  const next = (call: Call): number | null => {
    const { error, attempts, deadlineAt } = call;
    if (error === null || call.ended !== null) return null;
    const failed = { error, attempts, spoke: call.spoke, now: clock.now(), deadlineAt };
    const decision = decideRetry(failed, settings, random);
    if (decision.kind === 'stop' || !open()) return null;
    if (budget.withdraw()) return decision.afterMs;
    record.unaffordable++;
    return null;
  };

  const again = async (call: Call, firstWaitMs: number): Promise<void> => {
    for (let waitMs: number | null = firstWaitMs; waitMs !== null; waitMs = next(call)) {
      const later = new LaterAttempt(call);
      await pause(clock, waitMs, later.signal);
      if (call.ended !== null || overdue(later, clock)) return;
      const before = call.attempts;
      await attempt(later);
      // Not let through after all: what the provider said last tells more.
      if (call.attempts === before) return;
      record.retries++;
      call.take(later);
    }
    if (call.error === null) budget.answered++;
  };

  const failed = (call: Call): void | Promise<void> => {
    budget.failed++;
    const waitMs = next(call);
    return waitMs === null ? undefined : again(call, waitMs);
  };

  return (call) => {
    const waits = attempt(call);
    if (waits !== undefined) return waits.then(() => (call.error === null ? void budget.answered++ : failed(call)));
    if (call.error !== null) return failed(call);
    budget.answered++;
    return undefined;
  };
}
