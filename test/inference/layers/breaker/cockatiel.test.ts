import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { probeWaitMs } from '../../../../src/inference/layers/breaker/circuit-breaker.ts';
import { BreakerWorld } from './breaker.ts';

// Cockatiel reads the wall clock itself.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'], now: 0 }));
afterEach(() => void vi.useRealTimers());

const STATE: Readonly<Record<number, string>> = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half_open',
};

const TIMEOUT_MS = 100;

interface Backoff {
  readonly duration: number;
  next(): Backoff;
}

/** Its waits as ours: 1×, 2×, … 64× the time-out. */
const backoff = (rounds: number): Backoff => ({
  duration: probeWaitMs(rounds, TIMEOUT_MS),
  next: () => backoff(rounds + 1),
});

class Peer {
  readonly #policy;

  constructor(threshold: number, probes: number) {
    this.#policy = circuitBreaker(handleAll, {
      breaker: new ConsecutiveBreaker(threshold),
      halfOpenAfter: { next: () => backoff(0) },
      halfOpenSampling: { calls: probes, threshold: 0 },
    });
  }

  get state() {
    return STATE[this.#policy.state];
  }

  /** Whether the call was let through. */
  async call(fails: boolean): Promise<boolean> {
    let asked = false;
    const run = () => {
      asked = true;
      if (fails) throw new Error('on purpose');
    };
    await this.#policy.execute(run).catch(() => undefined);
    return asked;
  }
}

const step = fc.oneof(
  { weight: 5, arbitrary: fc.boolean().map((fails) => ({ do: 'call' as const, fails })) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 4000 }).map((ms) => ({ do: 'wait' as const, ms })) },
  { weight: 3, arbitrary: fc.constantFrom(99, 100, 1).map((ms) => ({ do: 'wait' as const, ms })) },
);

// Where they agree: calls one after the other, and a round of probes that must succeed whole. Cockatiel lets late results
// of a closed breaker count when it is half-open, asks all probes of a round, and lets calls wait for its end.
test('cockatiel’s breaker and ours do the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 4 }),
      fc.array(step, { minLength: 1, maxLength: 60 }),
      async (threshold, probes, steps) => {
        vi.setSystemTime(0);
        const world = new BreakerWorld({ threshold, probes, successRate: 1, timeoutMs: TIMEOUT_MS });
        const peer = new Peer(threshold, probes);
        for (const one of steps) {
          if (one.do === 'wait') {
            world.wait(one.ms);
            vi.setSystemTime(world.now);
            continue;
          }
          const through = await peer.call(one.fails);
          expect(world.calls(one.fails ? 'failure' : 'ok')).toEqual([through]);
          expect(world.picture.state).toBe(peer.state);
        }
      },
    ),
    { numRuns: 500 },
  );
});
