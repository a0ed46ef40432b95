import type { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';
import type { Fault } from './fault.ts';
import { type ConfigKey, keyAt, sectionKeys } from './keys.ts';
import { knownPaths, namesBeside, nearestName } from './nearest.ts';
import { DEFAULT_ORIGIN } from './origin.ts';
import { formatPath, isWithin, type Path } from './path.ts';
import { describeRule, ruleOf } from './rule.ts';
import { existingPath, isTable, nodeAt, plainOf, type Table } from './tree.ts';

/** Turns what is wrong into faults that name the rule, the value as it was written and its place. */
export interface Judge {
  /** What a schema objects to. */
  issue(issue: z.core.$ZodIssue): readonly Fault[];
  /** A key or table that nobody knows. */
  unknown(path: Path): readonly Fault[];
}

export function createJudge(sections: readonly ConfigSection[], values: Table): Judge {
  const keys = sections.flatMap(sectionKeys);
  const known = knownPaths(sections, keys);

  const knownBeside = (path: Path, isTable: boolean): string => {
    const names = path.length === 1 && !isTable ? [] : namesBeside(path, isTable, known);
    return names.length === 0
      ? ': keys stand in sections, such as stages.inference.model'
      : `; known are ${names.join(', ')}`;
  };

  const unknown = (path: Path): readonly Fault[] => {
    const node = nodeAt(values, path);
    // Within a list, which is one value to the tree.
    if (node === undefined) return [faultAt(values, path, 'unknown key')];
    const opens = known.some((key) => key.length > path.length && isWithin(key, path));
    if (opens && !isTable(node)) return [faultAt(values, path, 'must be a table')];
    // In a table that is known, such as the older `[channel_sizes]`, the keys are wrong and not the table.
    if (opens && isTable(node)) return [...node.children.keys()].flatMap((key) => unknown([...path, key]));
    const nearest = nearestName(path, isTable(node), known);
    const kind = nodeAt(values, [...path.slice(0, -1), 'kind']);
    if (nearest === formatPath(path) && kind !== undefined)
      return [faultAt(values, path, `is no key of kind ${JSON.stringify(plainOf(kind))}`)];
    const what = isTable(node) ? 'section' : 'key';
    const rule = `unknown ${what}${nearest === null ? knownBeside(path, isTable(node)) : `; nearest is ${nearest}`}`;
    return [isTable(node) ? { path, rule, origin: node.origin } : faultAt(values, path, rule)];
  };

  return {
    unknown,
    issue(issue) {
      const path = issue.path.map(String);
      if (issue.code === 'unrecognized_keys') return issue.keys.flatMap((key) => unknown([...path, key]));
      const chosen = chosenBranch(issue);
      if (chosen !== null)
        return chosen.flatMap((inner) => this.issue({ ...inner, path: [...issue.path, ...inner.path] }));
      const fault = faultAt(values, path, '');
      return [{ ...fault, rule: brokenRule(issue, keyOf(keys, values, path), !('value' in fault)) }];
    },
  };
}

/** Of a value that may be of several types: what is wrong with it as the type that it is of. */
function chosenBranch(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] | null {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return null;
  const fitting = issue.errors.filter(
    (branch) => !branch.some(({ code, path }) => code === 'invalid_type' && path.length === 0),
  );
  return fitting.length === 1 ? fitting[0]! : null;
}

/** A fault of the value at a path, under the name it was written with. */
export function faultAt(values: Table, path: Path, rule: string): Fault {
  const existing = existingPath(values, path);
  const origin = nodeAt(values, existing)?.origin ?? DEFAULT_ORIGIN;
  const node = nodeAt(values, path);
  const value = node === undefined ? itemAt(values, path) : { value: plainOf(node) };
  return { path: [...(origin.written ?? existing), ...path.slice(existing.length)], ...value, rule, origin };
}

/** A list is one value to the tree; the faulty item is looked up within it. */
function itemAt(values: Table, path: Path): { value: unknown } | Record<string, never> {
  let at: unknown = plainOf(values);
  for (const segment of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, segment)) return {};
    at = (at as Record<string, unknown>)[segment];
  }
  return { value: at };
}

function keyOf(keys: readonly ConfigKey[], values: Table, path: Path): ConfigKey | undefined {
  const kind = nodeAt(values, [...path.slice(0, -1), 'kind']);
  const key = keyAt(keys, path, kind === undefined ? undefined : plainOf(kind));
  if (key !== undefined || path.length < 2) return key;
  const whole = keyOf(keys, values, path.slice(0, -1));
  const part = whole?.schema.items ?? whole?.schema.additionalProperties;
  return whole === undefined || typeof part !== 'object' ? undefined : { ...whole, path, schema: part };
}

function brokenRule(issue: z.core.$ZodIssue, key: ConfigKey | undefined, missing: boolean): string {
  const need = missing ? 'is required and must be' : 'must be';
  switch (issue.code) {
    case 'too_small':
    case 'too_big':
      // An integer without an upper bound ends where numbers stop being exact; only who gets there is told.
      if (issue.code === 'too_big' && issue.maximum === Number.MAX_SAFE_INTEGER)
        return `must be at most ${issue.maximum}`;
      return key === undefined || ruleOf(key.schema).bounds === ''
        ? issue.message
        : `must be ${ruleOf(key.schema).bounds}`;
    case 'invalid_key':
      return issue.issues[0]?.message ?? issue.message;
    case 'invalid_union':
      if ('options' in issue && Array.isArray(issue.options)) return `${need} ${choice(issue.options)}`;
      return key === undefined ? issue.message : `${need} ${describeRule(key.schema)}`;
    case 'invalid_type':
    case 'invalid_value':
      if (key !== undefined) return `${need} ${describeRule(key.schema)}`;
      return issue.code === 'invalid_type' && /object|record/.test(issue.expected) ? `${need} a table` : issue.message;
    default:
      return issue.message;
  }
}

function choice(options: readonly unknown[]): string {
  const shown = options.map((option) => JSON.stringify(option)).join(', ');
  return options.length === 1 ? shown : `one of ${shown}`;
}
