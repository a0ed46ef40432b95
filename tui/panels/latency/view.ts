import type { LatencySnapshot } from '../../../src/telemetry/snapshot.ts';
import { chart, sparkline } from '../../components/bars.ts';
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

/** The quantiles, and the p95 of the latest seconds. */
export function latencyCompact({ p50_ms, p95_ms, p99_ms, history }: LatencySnapshot, width: number): Line {
  const [p50, p95, p99] = durations([p50_ms, p95_ms, p99_ms]);
  const told = `p50 ${p50} p95 ${p95} p99 ${p99} `;
  const shown = sparkline(history, Math.min(Math.max(width - told.length, 0), MOST_COMPACT), LEAST_CHART_MS);
  return [span(told), span(shown, 'accent')];
}

/** Seconds in a chart of one line. */
const MOST_COMPACT = 30;
