import type { LatencySnapshot, Snapshot } from '../../../src/telemetry/snapshot.ts';

/** From acceptance to outcome, milliseconds. */
export function latencyModel({ latency }: Snapshot): LatencySnapshot {
  return latency;
}
