import { chart, gauge, sparkline } from '../../components/bars.ts';
import { count, durations, LEAST_CHART_MS, loadRole, quantiles } from '../../components/numbers.ts';
import { table } from '../../components/table.ts';
import { type Line, padded, type Span, span } from '../../text.ts';
import type { FlowModel, StageFlow } from './model.ts';

const LABEL_WIDTH = 10;
/** Below this the stages stand under each other. */
const LEAST_STAGE_WIDTH = 13;
/** Beyond this many lines a latency chart says no more. */
const MOST_CHART_LINES = 4;
const FIXED_LINES = 4;

export function flowTitle({ rates }: FlowModel): Line {
  return [
    span('FLOW', 'strong'),
    span(`  in ${count(rates.in)}/s ─▶ out ${count(rates.out)}/s  `),
    span(`shed ${count(rates.shed)}/s`, rates.shed > 0 ? 'bad' : 'plain'),
  ];
}

export function flowHeight({ stages }: FlowModel, width: number): { least: number; most: number } {
  if (isNarrow(stages, width)) return { least: stages.length + 1, most: stages.length + 1 };
  return { least: FIXED_LINES + 1, most: FIXED_LINES + MOST_CHART_LINES };
}

/** Stages side by side, as requests pass them; where there is no room for that, one under the other. */
export function flowView({ stages }: FlowModel, width: number, height: number): readonly Line[] {
  if (isNarrow(stages, width)) return narrow(stages, width);
  const cells = stageWidth(stages, width);
  const text = cells - 1;
  const row = (label: string, cell: (stage: StageFlow) => Span): Line => [
    span(padded(label, LABEL_WIDTH), 'faint'),
    ...stages.flatMap((stage) => {
      const { text: said, role } = cell(stage);
      return [span(padded(said, text), role), span(' ')];
    }),
  ];
  const lines = Math.min(height - FIXED_LINES, MOST_CHART_LINES);
  const charts = stages.map(({ history }) => chart(history, text, lines, LEAST_CHART_MS));
  return [
    [
      span(padded('', LABEL_WIDTH)),
      ...stages.flatMap(({ label }, at) => [
        span(label, 'strong'),
        span(at === stages.length - 1 ? '' : ` ${'─'.repeat(Math.max(text - label.length - 2, 0))}▶ `, 'faint'),
      ]),
    ],
    row('queue', queueOf),
    row('busy', busyOf),
    row('p50·95·99', ({ quantilesMs }) => span(quantiles(quantilesMs, text))),
    ...Array.from({ length: lines }, (_, line) => [
      span(padded(line === 0 ? 'p95' : '', LABEL_WIDTH), 'faint'),
      ...charts.flatMap((rows) => [span(rows[line]!, 'accent'), span(' ')]),
    ]),
  ];
}

/** All five in one line: what waits, and what is at work. */
export function flowCompact({ stages }: FlowModel, width: number): Line {
  const parts = stages.map(({ label, depth, busy }) => ({ name: label.toLowerCase(), depth, busy }));
  const long = parts.map(({ name, depth, busy }) => `${name} ${count(depth)}+${count(busy)}`).join(' ▶ ');
  const short = parts.map(({ depth, busy }) => `${count(depth)}+${count(busy)}`).join(' ▶ ');
  const legend = span('waiting+busy  ', 'faint');
  if (legend.text.length + long.length <= width) return [legend, span(long)];
  return long.length <= width ? [span(long)] : [legend, span(short)];
}

const stageWidth = (stages: readonly StageFlow[], width: number): number =>
  Math.floor((width - LABEL_WIDTH) / stages.length);

const isNarrow = (stages: readonly StageFlow[], width: number): boolean =>
  stageWidth(stages, width) < LEAST_STAGE_WIDTH;

function queueOf({ depth, capacity }: StageFlow): Span {
  const share = depth / capacity;
  return span(`${gauge(share)}${count(depth)}/${count(capacity)}`, loadRole(share));
}

/** All places taken is what a stage is there for: no alarm. */
function busyOf({ busy, limit }: StageFlow): Span {
  return span(`${count(busy)}/${count(limit)}`, busy >= limit ? 'accent' : 'plain');
}

function narrow(stages: readonly StageFlow[], width: number): readonly Line[] {
  const queues = stages.map(queueOf);
  const ms = (at: number) => stages.map(({ quantilesMs }) => durations(quantilesMs)[at]!);
  const columns = [
    { title: 'stage', cells: stages.map(({ label }) => label) },
    { title: 'queue', cells: queues.map(({ text }) => text), roles: queues.map(({ role }) => role) },
    { title: 'busy', cells: stages.map((stage) => busyOf(stage).text) },
    { title: 'p50', align: 'right', cells: ms(0), rank: 2 },
    { title: 'p95', align: 'right', cells: ms(1), rank: 3 },
    { title: 'p99', align: 'right', cells: ms(2), rank: 1 },
  ] as const;
  const lines = table(columns, width);
  const used = Math.max(...lines.map((line) => line.reduce((sum, { text }) => sum + text.length, 0)));
  const room = Math.min(width - used - 1, 60);
  if (room < 4) return lines;
  return lines.map((line, at) => [
    ...line,
    span(' '),
    span(at === 0 ? 'p95' : sparkline(stages[at - 1]!.history, room, LEAST_CHART_MS), at === 0 ? 'faint' : 'accent'),
  ]);
}
