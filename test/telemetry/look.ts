import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import type { World } from '../support/test-engine.ts';

/** A picture that is not an earlier one kept for its first 100 ms. */
export function look({ engine, clock }: World): Snapshot {
  clock.advance(100);
  return engine.snapshot();
}
