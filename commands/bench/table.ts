import type { Machine } from './machine.ts';
import type { Figures, Row } from './row.ts';

/** The rows as people read them: aligned columns, one line a row. */
export function tableOf(machine: Machine, rows: readonly Row[]): string {
  const compared = rows.some((row) => row.compared !== undefined);
  const head = ['id', 'what', 'value', 'target', 'pass', ...(compared ? ['before', 'ratio'] : []), 'ours', 'baseline'];
  const lines = [head, ...rows.map((row) => cellsOf(row, compared))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const { node, v8, cpu, cores, memory_gb, platform } = machine;
  return [
    `node ${node}, v8 ${v8}, ${platform}, ${cpu}, cores ${cores}, memory ${memory_gb} GB`,
    ...lines.map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    ),
    '',
  ].join('\n');
}

function cellsOf(row: Row, compared: boolean): string[] {
  const { name, ...figures } = row.baseline;
  const before = row.compared === undefined ? ['', ''] : [String(row.compared.value), row.compared.ratio.toFixed(2)];
  return [
    row.id,
    row.what,
    row.value === null ? '-' : String(row.value),
    `${row.better === 'higher' ? '≥' : '≤'} ${row.target}`,
    row.pass === undefined ? 'skipped' : row.pass ? 'yes' : 'NO',
    ...(compared ? before : []),
    figuresText(row.ours),
    row.skipped ?? `${name} ${figuresText(figures as Figures)}`,
  ];
}

const figuresText = (figures: Figures): string =>
  Object.entries(figures)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
