import { OrchestratorError } from '../core/errors.ts';
import type { Origin } from './origin.ts';
import { formatPath, type Path, parsePath } from './path.ts';
import { EMPTY_TABLE, layOver, nodeOf, type Table, withNode } from './tree.ts';
import { type IsText, writtenValue } from './written-value.ts';

/** Values of a command's own flags by dotted path: `{'stages.inference.model': 'x'}`; undefined is a flag not given. */
export type FlagLayer = Readonly<Record<string, unknown>>;

/** `--set KEY=VALUE`, each laid over the one before. Throws `usage` for what is no assignment. */
export function setSource(assignments: readonly string[], isText: IsText): Table {
  let table = EMPTY_TABLE;
  for (const assignment of assignments) {
    const equals = firstEquals(assignment);
    const path = equals < 0 ? null : parsePath(assignment.slice(0, equals));
    if (path === null) {
      throw new OrchestratorError('usage', `--set needs KEY=VALUE, such as stages.inference.max_tokens=100`, {
        param: '--set',
      });
    }
    table = assign(table, path, writtenValue(assignment.slice(equals + 1), path, isText), `--set ${formatPath(path)}`);
  }
  return table;
}

/** A command's own flags. They are named after the last part of the key: `max_tokens` is `--max-tokens`. */
export function flagSource(layer: FlagLayer): Table {
  let table = EMPTY_TABLE;
  for (const [dotted, value] of Object.entries(layer)) {
    const path = parsePath(dotted);
    if (path === null) throw new OrchestratorError('internal', `not a configuration key: ${dotted}`);
    if (value !== undefined) table = assign(table, path, value, `--${path.at(-1)!.replaceAll('_', '-')}`);
  }
  return table;
}

function assign(table: Table, path: Path, value: unknown, flag: string): Table {
  const origin: Origin = { kind: 'flag', flag };
  return layOver(
    table,
    withNode(
      { ...EMPTY_TABLE, origin },
      path,
      nodeOf(value, () => origin),
    ),
  ) as Table;
}

/** The first `=` that is not within a quoted key; -1 when there is none. */
function firstEquals(assignment: string): number {
  let quote = '';
  for (let at = 0; at < assignment.length; at++) {
    const character = assignment[at]!;
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '=') return at;
  }
  return -1;
}
