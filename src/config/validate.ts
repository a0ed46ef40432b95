import type { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';
import type { Fault } from './fault.ts';
import { createJudge, faultAt } from './judge.ts';
import { DEFAULT_ORIGIN, type Origin } from './origin.ts';
import { formatPath, type Path, parsePath, startsWith } from './path.ts';
import { rootSchema } from './root-schema.ts';
import { setAsideLater } from './set-aside.ts';
import { existingPath, isTable, leavesOf, nodeAt, nodeOf, plainOf, type Table, withoutNode } from './tree.ts';

/** What became of a table of values. */
export interface Validation {
  /** With every default filled in, and frozen; null when there are faults. */
  readonly config: unknown;
  readonly faults: readonly Fault[];
  /** Known keys of features that come later. */
  readonly later: readonly Path[];
  /** By dotted path, for every value of the configuration. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/** Checks all values at once against the sections. */
export function validateTable(sections: readonly ConfigSection[], values: Table): Validation {
  const { table, later, unknown } = setAsideLater(values, sections);
  const schema = rootSchema(sections);
  const parsed = schema.safeParse(plainOf(table));
  const issues = parsed.error?.issues ?? [];
  const faults: Fault[] = [];
  if (unknown.length > 0 || issues.length > 0) {
    const judge = createJudge(sections, values);
    faults.push(...unknown.flatMap((path) => judge.unknown(path)), ...issues.flatMap((issue) => judge.issue(issue)));
  }
  // Rules between sections are checked on what is sound, so that their faults are told in the same run.
  const sound = parsed.success ? parsed.data : soundPart(schema, table);
  if (sound !== null) faults.push(...checkAcross(sections, sound, values, faults));
  if (faults.length > 0) return { config: null, faults: inOrder(faults), later, origins: new Map() };
  return { config: freeze(parsed.data), faults, later, origins: originsOf(parsed.data, values) };
}

function checkAcross(
  sections: readonly ConfigSection[],
  config: unknown,
  values: Table,
  told: readonly Fault[],
): readonly Fault[] {
  return sections
    .flatMap((section) => section.check?.(config as Readonly<Record<string, unknown>>) ?? [])
    .map(({ path, rule }) => faultAt(values, parsePath(path) ?? [path], rule))
    .filter((fault) => !told.some(({ path }) => startsWith(fault.path, path)));
}

/** The configuration without the values that are faulty; their defaults stand in. Null if that helps nothing. */
function soundPart(schema: z.ZodType, values: Table): unknown {
  let table = values;
  // Taking out a value can make its table incomplete; each round takes out more, at last everything.
  for (;;) {
    const parsed = schema.safeParse(plainOf(table));
    if (parsed.success) return parsed.data;
    const before = table;
    for (const issue of parsed.error.issues) {
      const keys = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
      for (const key of keys) table = withoutNode(table, existingPath(table, key.map(String)));
    }
    if (table === before) return null;
  }
}

const RANK: Readonly<Record<Origin['kind'], number>> = { file: 0, environment: 1, flag: 2, default: 3 };

/** Files first, each from top to bottom, then variables and flags. */
function inOrder(faults: readonly Fault[]): readonly Fault[] {
  const line = (origin: Origin): number => (origin.kind === 'file' ? origin.line : 0);
  const file = (origin: Origin): string => (origin.kind === 'file' ? origin.file : '');
  return faults.toSorted(
    ({ origin: one }, { origin: other }) =>
      RANK[one.kind] - RANK[other.kind] || file(one).localeCompare(file(other), 'en') || line(one) - line(other),
  );
}

function originsOf(config: unknown, values: Table): ReadonlyMap<string, Origin> {
  const origins = new Map<string, Origin>();
  for (const [path] of leavesOf(nodeOf(config, () => DEFAULT_ORIGIN))) {
    const node = nodeAt(values, path);
    origins.set(formatPath(path), node === undefined || isTable(node) ? DEFAULT_ORIGIN : node.origin);
  }
  return origins;
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) freeze(inner);
    Object.freeze(value);
  }
  return value;
}
