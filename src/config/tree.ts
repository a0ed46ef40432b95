import { DEFAULT_ORIGIN, type Origin } from './origin.ts';
import type { Path } from './path.ts';

/** A value and where it comes from. Arrays are values: they are replaced whole. */
export interface Leaf {
  readonly value: unknown;
  readonly origin: Origin;
}

/** A table of a source, or of several sources laid over each other. Never changed once made. */
export interface Table {
  readonly children: ReadonlyMap<string, Node>;
  readonly origin: Origin;
}

export type Node = Leaf | Table;

export const EMPTY_TABLE: Table = { children: new Map(), origin: DEFAULT_ORIGIN };

export function isTable(node: Node): node is Table {
  return 'children' in node;
}

/** Plain objects are tables; dates and arrays are values. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

/** A node for parsed data; `originOf` says where each path of it was written. */
export function nodeOf(value: unknown, originOf: (path: Path) => Origin, path: Path = []): Node {
  if (!isPlainObject(value)) return { value, origin: originOf(path) };
  const children = new Map<string, Node>();
  for (const [key, child] of Object.entries(value)) children.set(key, nodeOf(child, originOf, [...path, key]));
  return { children, origin: originOf(path) };
}

/** Lays `over` on `under`: tables merge, anything else is replaced. */
export function layOver(under: Node | undefined, over: Node): Node {
  if (under === undefined || !isTable(under) || !isTable(over)) return over;
  const children = new Map(under.children);
  for (const [key, child] of over.children) children.set(key, layOver(children.get(key), child));
  return { children, origin: over.children.size > 0 || under.origin.kind === 'default' ? over.origin : under.origin };
}

export function nodeAt(table: Table, path: Path): Node | undefined {
  let node: Node | undefined = table;
  for (const segment of path) node = node !== undefined && isTable(node) ? node.children.get(segment) : undefined;
  return node;
}

/** The table with `node` at `path`; tables on the way are made, values on the way replaced. */
export function withNode(table: Table, path: Path, node: Node): Table {
  const [head, ...rest] = path;
  if (head === undefined) return isTable(node) ? node : table;
  const children = new Map(table.children);
  const child = children.get(head);
  const inner = child !== undefined && isTable(child) ? child : { ...EMPTY_TABLE, origin: node.origin };
  children.set(head, rest.length === 0 ? node : withNode(inner, rest, node));
  return { ...table, children };
}

/** The table without what is at `path`; with `prune`, without the tables that this leaves empty, too. */
export function withoutNode(table: Table, path: Path, prune = false): Table {
  const [head, ...rest] = path;
  const child = head === undefined ? undefined : table.children.get(head);
  if (head === undefined || child === undefined) return table;
  const children = new Map(table.children);
  if (rest.length === 0 || !isTable(child)) children.delete(head);
  else {
    const smaller = withoutNode(child, rest, prune);
    if (prune && smaller.children.size === 0) children.delete(head);
    else children.set(head, smaller);
  }
  return { ...table, children };
}

/** Every value below a node with its path. */
export function* leavesOf(node: Node, path: Path = []): Generator<readonly [Path, Leaf]> {
  if (!isTable(node)) yield [path, node];
  else for (const [key, child] of node.children) yield* leavesOf(child, [...path, key]);
}

/** The bare data. Objects have no prototype, so no key of a file means anything to JavaScript. */
export function plainOf(node: Node): unknown {
  if (!isTable(node)) return node.value;
  const plain: Record<string, unknown> = Object.create(null);
  for (const [key, child] of node.children) plain[key] = plainOf(child);
  return plain;
}

/** The longest part of a path that is there. */
export function existingPath(table: Table, path: Path): Path {
  let length = path.length;
  while (length > 0 && nodeAt(table, path.slice(0, length)) === undefined) length--;
  return path.slice(0, length);
}
