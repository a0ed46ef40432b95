import type { ConfigSection } from '../core/config-section.ts';
import { LATER_KEYS } from './later.ts';
import { isWithin, matches, type Path, startsWith } from './path.ts';
import { isTable, type Node, nodeAt, type Table, withoutNode } from './tree.ts';

/** The paths of all keys that come later. */
export const laterPaths = (): readonly Path[] =>
  Object.entries(LATER_KEYS).flatMap(([table, keys]) => keys.map((key) => [...table.split('.'), key]));

export interface SetAside {
  /** What is left for the sections. */
  readonly table: Table;
  /** Keys of features that come later: they were written, they are known, they have no effect yet. */
  readonly later: readonly Path[];
  /** Keys in tables of such features that are not theirs. */
  readonly unknown: readonly Path[];
}

/** Takes the keys of later features out of a configuration, so that the sections judge only what is theirs. */
export function setAsideLater(root: Table, sections: readonly ConfigSection[]): SetAside {
  const patterns = laterPaths();
  const live = sections.map((section) => section.path.split('.'));
  const later: Path[] = [];
  const unknown: Path[] = [];

  const visit = (node: Node, path: Path): void => {
    if (patterns.some((pattern) => matches(pattern, path))) {
      later.push(path);
      return;
    }
    const reserved = isReserved(path, patterns, live);
    if (!isTable(node)) {
      if (reserved) unknown.push(path);
      return;
    }
    // A section that is only opened says something, too: `[semantic_dedup]` alone will switch it on.
    if (reserved && node.children.size === 0) later.push(path);
    for (const [key, child] of node.children) {
      const inner = [...path, key];
      if (reserved && !patterns.some((pattern) => isWithin(pattern, inner))) unknown.push(inner);
      else visit(child, inner);
    }
  };
  for (const [key, child] of root.children) visit(child, [key]);

  let table = root;
  for (const path of [...later, ...unknown]) table = withoutNode(table, path);
  for (const key of root.children.keys()) {
    const left = nodeAt(table, [key]);
    if (left !== undefined && isReserved([key], patterns, live)) table = withoutNode(table, [key]);
  }
  return { table, later, unknown };
}

/** Whether a path is a table that only later features use. */
function isReserved(path: Path, patterns: readonly Path[], live: readonly Path[]): boolean {
  if (live.some((section) => startsWith(section, path) || startsWith(path, section))) return false;
  return patterns.some((pattern) => pattern.length > path.length && isWithin(pattern, path));
}
