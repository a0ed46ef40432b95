import { chart, sparkline } from '../../components/bars.ts';
import { count } from '../../components/numbers.ts';
import { type Line, lineWidth, type Span, span, wrapped } from '../../text.ts';
import type { ThroughputModel } from './model.ts';

export function throughputTitle({ perSecond }: ThroughputModel): Line {
  return [span('THROUGHPUT', 'strong'), span(` ${count(perSecond)}/s`)];
}

/** How requests ended, and under it how many a second. */
export function throughputView(model: ThroughputModel, width: number, height: number): readonly Line[] {
  const lines = wrapped(outcomes(model), width, SEPARATOR);
  const told = lines.slice(0, height - 1);
  const rows = chart(model.history, width, height - told.length);
  return [...told, ...rows.map((row): Line => [span(row, 'good')])];
}

export function throughputCompact(model: ThroughputModel, width: number): Line {
  const [told = []] = wrapped(outcomes(model), width - 10, SEPARATOR);
  const shown = sparkline(model.history, Math.min(Math.max(width - 10 - lineWidth(told), 0), 30));
  return [span(`${count(model.perSecond)}/s `, 'strong'), span(shown, 'good'), span('  '), ...told];
}

const SEPARATOR = ' · ';

function outcomes({ submitted, inFlight, outcomes: ended }: ThroughputModel): readonly Span[] {
  return [
    span(`${count(submitted)} in`),
    span(`${count(inFlight)} open`),
    ...ended.map(({ status, times }) => span(`${count(times)} ${status}`, EXPECTED.has(status) ? 'plain' : 'warning')),
  ];
}

const EXPECTED: ReadonlySet<string> = new Set(['completed', 'cancelled']);
