import type { AggregatorStats } from '../../../src/conversation/stream-aggregator.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';

/** Sessions that are followed live; null until one is. */
export function streamsModel({ streams }: Snapshot): AggregatorStats | null {
  return streams ?? null;
}
