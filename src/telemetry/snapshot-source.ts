import type { Clock } from '../core/clock.ts';
import type { Snapshot } from './snapshot.ts';

/** At most ten new snapshots a second. */
const FRESH_MS = 100;

export interface SnapshotSource {
  /** The same object until something changed, and for 100 ms at least. */
  snapshot(): Snapshot;
  /** Calls `listener` when there is a new snapshot; shaped for `useSyncExternalStore`. */
  subscribe(listener: () => void): () => void;
}

/**
 * @param stamp a value that changes whenever the picture would
 * @param build makes the picture
 */
export function createSnapshotSource(clock: Clock, stamp: () => string, build: () => Snapshot): SnapshotSource {
  let latest: Snapshot | null = null;
  let latestStamp = '';
  let builtAt = 0;
  const listeners = new Set<() => void>();
  let watching = false;

  const snapshot = (): Snapshot => {
    const now = clock.now();
    if (latest !== null && now - builtAt < FRESH_MS) return latest;
    const current = stamp();
    if (latest !== null && current === latestStamp) return latest;
    latest = build();
    latestStamp = current;
    builtAt = now;
    return latest;
  };

  const watch = (): void => {
    if (listeners.size === 0) {
      watching = false;
      return;
    }
    const before = latest;
    if (snapshot() !== before) for (const listener of [...listeners]) listener();
    clock.after(FRESH_MS, watch, true);
  };

  return {
    snapshot,
    subscribe(listener) {
      listeners.add(listener);
      if (!watching) {
        watching = true;
        clock.after(FRESH_MS, watch, true);
      }
      return () => void listeners.delete(listener);
    },
  };
}
