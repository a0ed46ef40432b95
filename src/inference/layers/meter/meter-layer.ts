import type { Meter } from '../../../admission/spend/ledger.ts';
import type { Step } from '../../../core/attempt.ts';
import type { LayeredAttempt } from '../../../core/call.ts';

/** Books what an attempt at a paid provider has used, however it ends. The first one waits until prices are known. */
export function meterLayer(inner: Step<LayeredAttempt>, meter: Meter): Step<LayeredAttempt> {
  const run = (attempt: LayeredAttempt): void | Promise<void> => {
    const close = meter.open(attempt);
    const waits = inner(attempt);
    if (waits === undefined) return close();
    return waits.then(close, (thrown) => {
      close();
      throw thrown;
    });
  };
  return (attempt) => {
    const loading = meter.load();
    if (loading === undefined) return run(attempt);
    return loading.then(() => (attempt.wanted ? run(attempt) : undefined));
  };
}
