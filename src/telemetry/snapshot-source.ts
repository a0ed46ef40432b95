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
    clock.after(FRESH_MS, watch, true);
    // Others may have taken a snapshot in the meantime: what counts is what the listeners were told of.
    if (snapshot() === told) return;
    told = snapshot();
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
        clock.after(FRESH_MS, watch, true);
      }
      return () => void listeners.delete(entry);
    },
  };
}
