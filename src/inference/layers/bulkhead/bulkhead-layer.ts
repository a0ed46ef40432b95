import type { Step } from '../../../core/attempt.ts';
import type { LayeredAttempt } from '../../../core/call.ts';
import type { Clock } from '../../../core/clock.ts';
import { OrchestratorError } from '../../../core/errors.ts';
import type { Semaphore } from '../../../primitives/semaphore.ts';
import type { ProviderRecord } from '../../provider-record.ts';
import { overdue } from '../overdue.ts';

export interface BulkheadLayerOptions {
  readonly places: Semaphore;
  /** The provider's name. */
  readonly name: string;
  /** Milliseconds that an attempt waits for a place, at most. */
  readonly longestWaitMs: number;
  readonly clock: Clock;
  readonly record: ProviderRecord;
}

/** Only so many attempts at a provider at once (`max_concurrent`). The others wait, first come, first served. */
export function bulkheadLayer(inner: Step<LayeredAttempt>, options: BulkheadLayerOptions): Step<LayeredAttempt> {
  const { places, name, longestWaitMs, clock, record } = options;

  const run = (attempt: LayeredAttempt): void | Promise<void> => {
    const waits = inner(attempt);
    if (waits !== undefined) return waits.then(() => places.release());
    places.release();
  };

  const placeFor = ({ signal }: LayeredAttempt): Promise<'granted' | 'aborted' | 'late'> =>
    new Promise((resolve) => {
      const end = (how: 'granted' | 'aborted' | 'late'): void => {
        timer.cancel();
        leave();
        signal.removeEventListener('abort', aborted);
        resolve(how);
      };
      const aborted = (): void => end('aborted');
      const timer = clock.after(longestWaitMs, () => end('late'));
      const leave = places.wait(() => end('granted'));
      signal.addEventListener('abort', aborted, { once: true });
      if (signal.aborted) aborted();
    });

  const queue = async (attempt: LayeredAttempt): Promise<void> => {
    const how = await placeFor(attempt);
    if (how === 'granted') {
      if (!attempt.signal.aborted && !overdue(attempt, clock)) return run(attempt);
      places.release();
    }
    // Whoever aborted it has said why.
    if (how !== 'late') return;
    record.busy++;
    attempt.fail(
      new OrchestratorError(
        'provider_busy',
        `Provider ${name} has ${places.limit} calls at work (providers.${name}.max_concurrent), and none ended within ${longestWaitMs} ms.`,
      ),
    );
  };

  return (attempt) => (places.take() ? run(attempt) : queue(attempt));
}
