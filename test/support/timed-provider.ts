import type { Attempt } from '../../src/core/attempt.ts';
import type { Clock } from '../../src/core/clock.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { Provider } from '../../src/providers/provider.ts';

/** What a provider does with one attempt. */
export interface Conduct {
  /** Milliseconds until its answer, or its failure. */
  readonly ms: number;
  readonly fails?: boolean;
  readonly text?: string;
}

export interface TimedProvider extends Provider {
  /** Attempts that it was given, and those that were taken back. */
  readonly counts: { asked: number; aborted: number };
}

/** A provider that takes as long as it is told, on the clock of the test. */
export function timedProvider(name: string, clock: Clock, conduct: (nth: number) => Conduct): TimedProvider {
  const counts = { asked: 0, aborted: 0 };
  const run = (attempt: Attempt): Promise<void> =>
    new Promise((resolve) => {
      const { ms, fails = false, text = `from ${name}` } = conduct(counts.asked++);
      const timer = clock.after(ms, () => {
        if (fails) attempt.error = new OrchestratorError('provider_unavailable', `${name} is down.`);
        else attempt.emit(text);
        resolve();
      });
      attempt.signal.addEventListener('abort', () => {
        counts.aborted++;
        timer.cancel();
        resolve();
      });
    });
  return { name, kind: 'timed', model: `${name}-1`, run, counts };
}

/** Lets time pass in steps, with everything that follows from each. */
export async function pass(clock: { advance(ms: number): void }, ms: number, stepMs = 1): Promise<void> {
  for (let passed = 0; passed < ms; passed += stepMs) {
    clock.advance(stepMs);
    for (let turn = 0; turn < 12; turn++) await null;
  }
}
