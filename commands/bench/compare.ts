import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf, OrchestratorError } from '../../src/core/errors.ts';
import type { Row } from './row.ts';

/** The values of an earlier `--json` output by row id; throws `usage` when the file is none. */
export function earlierValues(cwd: string, file: string): ReadonlyMap<string, number> {
  try {
    const { rows } = JSON.parse(readFileSync(resolve(cwd, file), 'utf8')) as { rows?: readonly Row[] };
    if (!Array.isArray(rows)) throw new Error('it has no rows');
    return new Map(rows.flatMap(({ id, value }) => (typeof value === 'number' ? [[id, value]] : [])));
  } catch (thrown) {
    throw new OrchestratorError('usage', `--compare ${file}: not the --json output of bench (${messageOf(thrown)})`);
  }
}

/** Puts the earlier value and this one over it beside each row that has both. */
export function compareRows(rows: readonly Row[], earlier: ReadonlyMap<string, number>): readonly Row[] {
  return rows.map((row) => {
    const value = earlier.get(row.id);
    if (value === undefined || row.value === null) return row;
    return { ...row, compared: { value, ratio: Number((row.value / value).toPrecision(4)) } };
  });
}
