import type { PoolPicture } from '../../../src/inference/pool/pool.ts';
import type { LogEntry } from '../../../src/telemetry/log.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';

/** What the engine changes by itself, as the log tells of it. */
const AUTOMATIC: ReadonlySet<string> = new Set([
  'breaker opened',
  'breaker half-open',
  'breaker closed',
  'plugin disabled',
  'pool resized',
]);

export interface ControlModel {
  readonly workers: number;
  readonly busy: number;
  readonly waiting: number;
  /** What adjusts the number of workers; null where it is fixed. */
  readonly pool: PoolPicture | null;
  /** Newest first. */
  readonly changes: readonly LogEntry[];
}

export function controlModel({ stages, log, pool }: Snapshot): ControlModel {
  const { limit, busy, depth } = stages.inference;
  return {
    workers: limit,
    busy,
    waiting: depth,
    pool: pool ?? null,
    changes: log.filter(({ event }) => AUTOMATIC.has(event)).reverse(),
  };
}
