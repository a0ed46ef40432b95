import { isBusy } from './faults.ts';

/** Tries in all; together with SQLite's own waiting they outlast any honest transaction of another process. */
const TRIES = 4;

/** Pause between tries, for the refusals that SQLite gives without waiting. */
const PAUSE_MS = 25;

/** Blocks this thread. Only the storage thread ever waits here: a database in memory is never locked. */
function blockingPause(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** Calls `action` again as long as another connection holds the lock; at last throws what it threw. */
export function retryBusy<Value>(action: () => Value, pause: (ms: number) => void = blockingPause): Value {
  for (let tries = 1; ; tries++) {
    try {
      return action();
    } catch (thrown) {
      if (tries === TRIES || !isBusy(thrown)) throw thrown;
      pause(PAUSE_MS * tries);
    }
  }
}
