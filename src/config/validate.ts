import type { ConfigSection } from '../core/config-section.ts';
import type { Fault } from './fault.ts';
import { createJudge, faultAt } from './judge.ts';
import { DEFAULT_ORIGIN, type Origin } from './origin.ts';
import { formatPath, type Path, parsePath, startsWith } from './path.ts';
import { rootSchema } from './root-schema.ts';
import { setAsideLater } from './set-aside.ts';
import { isTable, leavesOf, nodeAt, nodeOf, plainOf, type Table, withoutNode } from './tree.ts';

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
  // Rules between keys are checked on what is sound, so that their faults are told in the same run.
  const broken = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => [...issue.path, key].map(String))
      : [issue.path.map(String)],
  );
  const sound = parsed.success
    ? parsed
    : schema.safeParse(plainOf(broken.reduce((rest, path) => withoutNode(rest, path), table)));
  if (sound.success) faults.push(...checkAcross(sections, sound.data, values, broken));
  if (faults.length > 0) return { config: null, faults: inOrder(faults), later, origins: new Map() };
  return { config: freeze(parsed.data), faults, later, origins: originsOf(parsed.data, values) };
}

function checkAcross(
  sections: readonly ConfigSection[],
  config: unknown,
  values: Table,
  broken: readonly Path[],
): readonly Fault[] {
  return sections
    .flatMap((section) => section.check?.(config as Readonly<Record<string, unknown>>) ?? [])
    .map(({ path, rule }) => faultAt(values, parsePath(path) ?? [path], rule))
    .filter((fault) => !broken.some((path) => startsWith(fault.path, path)));
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
