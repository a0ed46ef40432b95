import type { PoolPicture } from '../../../src/inference/pool/pool.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';

/** Who decides how many workers there are; null where the number is fixed. */
export function poolModel({ pool }: Snapshot): PoolPicture | null {
  return pool ?? null;
}
