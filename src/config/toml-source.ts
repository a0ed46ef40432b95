import { parse, TomlError } from 'smol-toml';
import { maskToml } from './display.ts';
import type { Fault } from './fault.ts';
import { locateKeys } from './toml-lines.ts';
import { EMPTY_TABLE, isTable, nodeOf, type Table } from './tree.ts';

/** What one source of values gives: its values, or what is wrong with it. */
export interface SourceValues {
  readonly table: Table;
  readonly faults: readonly Fault[];
}

/** Reads the text of a TOML file; `file` is its name in messages. */
export function tomlSource(text: string, file: string): SourceValues {
  try {
    // Integers that a number cannot hold stay exact, so that the error about them can show what was written.
    const data = parse(text, { integersAsBigInt: 'asNeeded', unsafeKeyBehaviour: 'throw', maxDepth: 64 });
    const lines = locateKeys(text);
    const root = nodeOf(data, (path) => ({ kind: 'file', file, line: lines.of(path) ?? 0 }));
    return { table: isTable(root) ? root : EMPTY_TABLE, faults: [] };
  } catch (thrown) {
    if (!(thrown instanceof TomlError)) throw thrown;
    const reason = thrown.message.split('\n')[0]!.replace(/^Invalid TOML document: /, '');
    const fault: Fault = {
      path: [],
      rule: reason,
      origin: { kind: 'file', file, line: thrown.line },
      column: thrown.column,
      excerpt: maskToml(thrown.codeblock),
    };
    return { table: EMPTY_TABLE, faults: [fault] };
  }
}
