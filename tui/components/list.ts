import type { Line, Role } from '../text.ts';
import { span } from '../text.ts';
import { type Column, table } from './table.ts';

export interface ListState {
  /** -1: none. */
  readonly selected: number;
  /** Lines with a mark. */
  readonly marked?: (row: number) => boolean;
}

/** Columns of which only what is seen is made: lists may be a thousand lines long. */
export type ListColumn<Item> = Omit<Column, 'cells' | 'roles'> & {
  readonly cell: (item: Item) => string;
  readonly role?: (item: Item) => Role;
};

/**
 * A table with a selected line, which `▶` tells and which stays in sight. Of a list that is longer than the height the
 * lines around the selected one are shown.
 */
export function list<Item>(
  items: readonly Item[],
  columns: readonly ListColumn<Item>[],
  { selected, marked }: ListState,
  width: number,
  height: number,
): readonly Line[] {
  const room = Math.max(height - 1, 1);
  const first = Math.max(Math.min(selected - Math.floor(room / 2), items.length - room), 0);
  const shown = items.slice(first, first + room);
  const lines = table(
    columns.map(({ cell, role, ...column }) => ({
      ...column,
      cells: shown.map(cell),
      ...(role === undefined ? {} : { roles: shown.map(role) }),
    })),
    width - GUTTER,
  );
  const [titles = [], ...rows] = lines;
  return [
    [span('  '), ...titles],
    ...rows.map((line, at) => {
      const row = first + at;
      const sign = `${row === selected ? '▶' : ' '}${marked?.(row) === true ? '*' : ' '}`;
      return [span(sign, 'accent'), ...(row === selected ? strong(line) : line)];
    }),
  ].slice(0, height);
}

const GUTTER = 2;

const strong = (line: Line): Line =>
  line.map(({ text, role }) => ({ text, role: role === 'plain' ? ('strong' as const) : role }));
