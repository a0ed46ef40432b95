import type { Clock } from '../core/clock.ts';
import type { Snapshot } from './snapshot.ts';

/** At most ten new snapshots a second. */
const FRESH_MS = 100;
/** One that is late is made up for, but never sooner than this after the one before. */
const LEAST_MS = FRESH_MS / 2;

export interface SnapshotSource {
  /** The same object until something changed, and for 100 ms at least. */
  snapshot(): Snapshot;
  /** Calls `listener` when there is a new snapshot; shaped for `useSyncExternalStore`. */
  subscribe(listener: () => void): () => void;
}

/**
 * @param stamp a value that changes whenever the picture would
 * @param build makes the picture
 * @param onListenerFailed hears what a listener threw; the others are called all the same
 */
export function createSnapshotSource(
  clock: Clock,
  stamp: () => string,
  build: () => Snapshot,
  onListenerFailed: (thrown: unknown) => void,
): SnapshotSource {
  let latest: Snapshot | null = null;
  let latestStamp = '';
  let builtAt = 0;
  let told: Snapshot | null = null;
  const listeners = new Set<() => void>();
  let watching = false;
  let dueAt = 0;

  /** A new one, where there is something new and the one before is so old. */
  const renewed = (now: number, ageMs: number): Snapshot => {
    if (latest !== null && now - builtAt < ageMs) return latest;
    const current = stamp();
    if (latest !== null && current === latestStamp) return latest;
    latest = build();
    latestStamp = current;
    builtAt = now;
    return latest;
  };

  const snapshot = (): Snapshot => renewed(clock.now(), FRESH_MS);

  const watch = (): void => {
    if (listeners.size === 0) {
      watching = false;
      return;
    }
    const now = clock.now();
    // By the time it should have been, not by the time it is: timers are late, and that would add up.
    dueAt = Math.max(dueAt + FRESH_MS, now + LEAST_MS);
    clock.after(dueAt - now, watch, true);
    // Others may have taken a snapshot in the meantime: what counts is what the listeners were told of.
    const current = renewed(now, LEAST_MS);
    if (current === told) return;
    told = current;
    for (const listener of [...listeners]) {
      try {
        listener();
      } catch (thrown) {
        onListenerFailed(thrown);
      }
    }
  };

  return {
    snapshot,
    subscribe(listener) {
      // An entry of its own: a listener that was added twice is taken off once at a time.
      const entry = (): void => listener();
      listeners.add(entry);
      if (!watching) {
        watching = true;
        told = snapshot();
        dueAt = clock.now() + FRESH_MS;
        clock.after(FRESH_MS, watch, true);
      }
      return () => void listeners.delete(entry);
    },
  };
}
