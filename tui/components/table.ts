import { type Line, padded, type Role, span, widthOf } from '../text.ts';

export interface Column {
  readonly title?: string;
  readonly align?: 'left' | 'right';
  /** One a row. */
  readonly cells: readonly string[];
  readonly roles?: readonly Role[];
  /** Narrow tables leave columns out, the smallest number first; without one a column stays, and is cut at last. */
  readonly rank?: number;
  /** Takes what the others leave, so many cells at least: for texts of any length. */
  readonly flexible?: number;
}

const GAP = 2;

/** Aligned columns; a row of titles on top where there is any. */
export function table(columns: readonly Column[], width: number): readonly Line[] {
  const shown = fitting(columns, width);
  const titled = shown.some(({ column }) => column.title !== undefined);
  const rows = shown[0]?.column.cells.length ?? 0;
  const line = (textOf: (column: Column) => string, roleOf: (column: Column) => Role): Line =>
    shown.flatMap(({ column, width: cells }, at) => [
      ...(at === 0 ? [] : [span(' '.repeat(GAP))]),
      span(padded(textOf(column), cells, column.align), roleOf(column)),
    ]);
  return [
    ...(titled
      ? [
          line(
            ({ title = '' }) => title,
            () => 'faint',
          ),
        ]
      : []),
    ...Array.from({ length: rows }, (_, row) =>
      line(
        ({ cells }) => cells[row]!,
        ({ roles }) => roles?.[row] ?? 'plain',
      ),
    ),
  ];
}

interface Fitted {
  readonly column: Column;
  readonly width: number;
}

function fitting(columns: readonly Column[], width: number): readonly Fitted[] {
  const shown = columns.map((column) => {
    const whole = Math.max(...column.cells.map(widthOf), widthOf(column.title ?? ''));
    return { column, whole, width: Math.min(whole, column.flexible ?? whole) };
  });
  const over = (): number => shown.reduce((sum, one) => sum + one.width, GAP * (shown.length - 1)) - width;
  while (over() > 0) {
    const ranks = shown.flatMap(({ column }) => (column.rank === undefined ? [] : [column.rank]));
    if (ranks.length === 0) break;
    const least = Math.min(...ranks);
    shown.splice(
      shown.findIndex(({ column }) => column.rank === least),
      1,
    );
  }
  const [first] = shown;
  if (first !== undefined) first.width = Math.max(first.width - Math.max(over(), 0), 1);
  for (const one of shown.filter(({ column }) => column.flexible !== undefined))
    one.width = Math.min(one.whole, one.width + Math.max(-over(), 0));
  return shown;
}
