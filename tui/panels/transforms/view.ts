import { count } from '../../components/numbers.ts';
import { table } from '../../components/table.ts';
import type { Line } from '../../text.ts';
import type { TransformRow } from './model.ts';

/** How many texts there were, how many of them changed, and how much of them is left. */
export function transformsView(rows: readonly TransformRow[], width: number, height: number): readonly Line[] {
  const left = ({ input_len, output_len }: TransformRow): string => `${count(input_len)} → ${count(output_len)}`;
  return table(
    [
      { title: 'text', cells: rows.map(({ of }) => of) },
      { title: 'seen', align: 'right', cells: rows.map(({ texts }) => count(texts)), rank: 3 },
      { title: 'changed', align: 'right', cells: rows.map(({ changed }) => count(changed)), rank: 2 },
      { title: 'characters', align: 'right', cells: rows.map(left), rank: 1 },
    ],
    width,
  ).slice(0, height);
}
