import type { ConfigSection } from '../core/config-section.ts';
import { describeOrigin } from './origin.ts';
import { formatPath, type Path } from './path.ts';
import { isTable, type Node, nodeAt, type Table, withNode, withoutNode } from './tree.ts';

/** An older name of a key or table. */
export interface Alias {
  readonly from: Path;
  readonly to: Path;
}

export function aliasesOf(sections: readonly ConfigSection[]): readonly Alias[] {
  return sections.flatMap((section) =>
    Object.entries(section.aliases ?? {}).map(([from, to]) => ({ from: from.split('.'), to: to.split('.') })),
  );
}

/**
 * Moves the values of one source from their older names to the present ones. Within a source the present name wins,
 * then the alias that was declared first; what loses is told as a warning.
 */
export function resolveAliases(
  source: Table,
  aliases: readonly Alias[],
): { table: Table; warnings: readonly string[] } {
  let table = source;
  const warnings: string[] = [];
  const place = (node: Node, from: Path, to: Path): void => {
    const taken = nodeAt(table, to);
    if (isTable(node) && (taken === undefined || isTable(taken))) {
      if (taken === undefined) {
        const origin = { ...node.origin, written: from };
        table = withNode(table, to, { children: new Map(), origin });
      }
      for (const [key, child] of node.children) place(child, [...from, key], [...to, key]);
    } else if (taken === undefined) {
      table = withNode(table, to, renamed(node, from));
    } else {
      const winner = formatPath(taken.origin.written ?? to);
      warnings.push(`${formatPath(from)} (${describeOrigin(node.origin)}) has no effect: ${winner} is set, too`);
    }
  };
  for (const { from, to } of aliases) {
    const node = nodeAt(table, from);
    if (node === undefined) continue;
    table = withoutNode(table, from, true);
    place(node, from, to);
  }
  return { table, warnings };
}

function renamed(node: Node, written: Path): Node {
  const origin = { ...node.origin, written };
  if (!isTable(node)) return { ...node, origin };
  const children = [...node.children].map(([key, child]) => [key, renamed(child, [...written, key])] as const);
  return { children: new Map(children), origin };
}
