import type { LatencySnapshot } from '../../../src/telemetry/snapshot.ts';
import { chart } from '../../components/bars.ts';
import { durations, LEAST_CHART_MS } from '../../components/numbers.ts';
import { type Line, span } from '../../text.ts';

export function latencyTitle({ p50_ms, p95_ms, p99_ms }: LatencySnapshot, width: number): Line {
  const [p50, p95, p99] = durations([p50_ms, p95_ms, p99_ms]);
  const named = ` p50 ${p50} p95 ${p95} p99 ${p99}`;
  const short = ` ${p50} · ${p95} · ${p99}`;
  return [span('LATENCY', 'strong'), span('LATENCY'.length + named.length <= width ? named : short)];
}

/** The p95 of each of the latest seconds. */
export function latencyView({ history }: LatencySnapshot, width: number, height: number): readonly Line[] {
  return chart(history, width, height, LEAST_CHART_MS).map((row): Line => [span(row, 'accent')]);
}
