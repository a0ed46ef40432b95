import { dirname, resolve } from 'node:path';
import type { ConfigSection } from '../core/config-section.ts';
import type { Fault } from './fault.ts';
import { isTable, nodeAt, type Table, withNode } from './tree.ts';

/** The part of a file that was looked at which matters here. */
interface Source {
  readonly path: string;
  readonly shown: string;
  readonly source: string;
}

/**
 * Keys that name files of code: paths become absolute, relative to the file that names them, or else to the working
 * directory. A `pipeline.toml` that happens to lie in the working directory may not name any: whoever wrote it must not
 * get code run by somebody who only came by.
 */
export function resolvePrograms(
  sections: readonly ConfigSection[],
  values: Table,
  files: readonly Source[],
  cwd: string,
): { readonly table: Table; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  let table = values;
  for (const path of sections.flatMap(({ path, programs = [] }) => programs.map((key) => [...path.split('.'), key]))) {
    const node = nodeAt(values, path);
    if (node === undefined || isTable(node) || !Array.isArray(node.value) || node.value.length === 0) continue;
    const { value, origin } = node;
    const file = origin.kind === 'file' ? files.find(({ shown }) => shown === origin.file) : undefined;
    if (file?.source === 'directory') {
      const rule = `must not be set by a file that was only found here; --config ${file.shown} says that you trust it`;
      faults.push({ path, value, rule, origin });
    }
    const base = file === undefined ? cwd : dirname(file.path);
    const absolute = value.map((name) => (typeof name === 'string' && name.trim() !== '' ? resolve(base, name) : name));
    table = withNode(table, path, { value: absolute, origin });
  }
  return { table, faults };
}
