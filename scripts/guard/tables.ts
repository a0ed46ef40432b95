import type { Row } from './samples.ts';

/** A row and what the guard makes of it. */
export interface Scored {
  readonly row: Row;
  readonly score: number;
}

const FLAG = 0.3;
const BLOCK = 0.65;

/** One way of asking: what the guard makes of all rows. */
export interface Asking {
  readonly name: string;
  readonly rows: readonly Scored[];
}

/** A line for each group of rows, and for each way of asking the share found (flagged or blocked) and the share blocked. */
export function tableOf(askings: readonly Asking[], groupsOf: (row: Row) => readonly string[]): string {
  const groups = [...new Set(askings[0]!.rows.flatMap(({ row }) => groupsOf(row)))].sort();
  const lines = groups.map((group) => {
    const members = askings.map(({ rows }) => rows.filter(({ row }) => groupsOf(row).includes(group)));
    const shares = members.flatMap((rows) => [share(rows, FLAG), share(rows, BLOCK)]);
    return [group, String(members[0]!.length), ...shares];
  });
  const head = ['rows', 'count', ...askings.flatMap(({ name }) => [`${name}: found`, 'blocked'])];
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function share(rows: readonly Scored[], threshold: number): string {
  return `${((rows.filter(({ score }) => score >= threshold).length / rows.length) * 100).toFixed(1)} %`;
}
