import type { Clock } from '../../src/core/clock.ts';
import type { Bench } from './scenario.ts';

/** So many repeats. */
export function* countedRounds(repeats: number): Generator<string, void, void> {
  for (let round = 1; round <= repeats; round++) yield `round ${round} of ${repeats}`;
}

/** One, and then as many more as begin within so many milliseconds. */
export function* timedRounds(clock: Clock, durationMs: number): Generator<string, void, void> {
  const until = clock.now() + durationMs;
  for (let round = 1, left = durationMs; round === 1 || left > 0; round++, left = until - clock.now()) {
    yield `round ${round}, ${Math.ceil(left / 1000)} s left`;
  }
}

export const WARM_UP = 'warm-up';

/** The rounds of a run, with some before them that do not count. */
export function* withWarmUp(bench: Bench, times = 1): Generator<string, void, void> {
  for (let round = 0; round < times; round++) yield WARM_UP;
  yield* bench.rounds();
}
