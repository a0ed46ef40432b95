import type { Meter } from '../../../admission/spend/ledger.ts';
import type { Step } from '../../../core/attempt.ts';
import type { LayeredAttempt } from '../../../core/call.ts';

/**
 * Books what an attempt at a paid provider has used, however it ends. Prices are loaded after the first one, which waits for
 * them then: not before its first token.
 */
export function meterLayer(inner: Step<LayeredAttempt>, meter: Meter): Step<LayeredAttempt> {
  return (attempt) => {
    const close = meter.open(attempt);
    const end = (): void | Promise<void> => {
      const loading = meter.load();
      return loading === undefined ? close() : loading.then(close);
    };
    const waits = inner(attempt);
    if (waits === undefined) return end();
    return waits.then(end, async (thrown) => {
      await end();
      throw thrown;
    });
  };
}
