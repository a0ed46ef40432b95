import type { Snapshot } from '../src/telemetry/snapshot.ts';

/** Where the pictures come from: the engine in this process, or one elsewhere. Everything on screen is read from here. */
export interface Source {
  /** Where it is, for the header: `embedded`, or an address. */
  readonly label: string;
  /** The same object until something changed; shaped for `useSyncExternalStore`. */
  snapshot(): Snapshot;
  subscribe(listener: () => void): () => void;
  /** Starts counting anew. */
  reset(): void;
}
