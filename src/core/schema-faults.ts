import type { z } from 'zod';
import { nearestWord } from '../primitives/nearest-word.ts';

/** One field of a request that breaks a rule. */
export interface FieldFault {
  /** Dotted path, such as `prompts.3`. */
  readonly field: string;
  /** The rule, and what was there instead. */
  readonly message: string;
}

/** Unknown fields of one object that are told one by one. */
const MOST_UNKNOWN = 20;

type Issue = z.core.$ZodIssue;
type Schema = z.core.$ZodType;
type Path = readonly PropertyKey[];

/** What a schema objects to in a value, in our words: the place, the rule, what was there, and what may have been meant. */
export function schemaFaults(schema: Schema, value: unknown, issues: readonly Issue[]): readonly FieldFault[] {
  const faults = new Map<string, FieldFault>();
  for (const fault of issues.flatMap((issue) => faultsOf(schema, value, issue))) {
    // What is of the wrong kind may also have the wrong size; one rule a field is enough.
    if (!faults.has(fault.field)) faults.set(fault.field, fault);
  }
  return [...faults.values()];
}

function faultsOf(schema: Schema, value: unknown, issue: Issue): readonly FieldFault[] {
  const { path } = issue;
  const own = schemaAt(schema, path);
  if (issue.code === 'unrecognized_keys') {
    const known = own === null ? [] : Object.keys(shapeOf(own) ?? {});
    const place = (key: PropertyKey): string => [...path, key].map(String).join('.').slice(0, 200);
    const told = issue.keys.slice(0, MOST_UNKNOWN);
    const faults = told.map((key) => ({ field: place(key), message: unknownWords(key.slice(0, 200), known) }));
    const more = issue.keys.length - told.length;
    return more === 0 ? faults : [...faults, { field: place('*'), message: `${more} more are not known here` }];
  }
  if (issue.code === 'invalid_union') {
    const branch = branchOf(issue);
    if (branch !== null) {
      const inner = branch.issues.map((one) => ({ ...one, path: [...path, ...one.path] }) as Issue);
      const option = own === null ? null : (optionsOf(own)[branch.at] ?? null);
      return inner.flatMap((one) =>
        option === null ? faultsOf(schema, value, one) : within(path, option, value, one),
      );
    }
  }
  return [{ field: path.map(String).join('.') || 'body', message: wordsOf(issue, own, valueAt(value, path)) }];
}

/** A fault within one form of a value that has several: the schema begins at the value, the path where the request does. */
function within(start: Path, option: Schema, value: unknown, issue: Issue): readonly FieldFault[] {
  const inner = { ...issue, path: issue.path.slice(start.length) } as Issue;
  const prefix = start.map(String).join('.');
  return faultsOf(option, valueAt(value, start), inner).map(({ field, message }) => ({
    field: inner.path.length === 0 ? prefix || field : [prefix, field].filter(Boolean).join('.'),
    message,
  }));
}

function unknownWords(key: string, known: readonly string[]): string {
  const nearest = nearestWord(key, known);
  if (nearest !== null) return `is not known here; did you mean ${nearest}?`;
  return known.length === 0 || known.length > 12
    ? 'is not known here'
    : `is not known here; known are ${known.join(', ')}`;
}

/** Of the forms that a value may have, the one it was most likely meant to have: what fits it deepest. */
function branchOf({
  errors,
}: Extract<Issue, { code: 'invalid_union' }>): { at: number; issues: readonly Issue[] } | null {
  let best: { at: number; issues: readonly Issue[] } | null = null;
  const depth = (issues: readonly Issue[]): number => Math.max(...issues.map(({ path }) => path.length));
  for (const [at, issues] of errors.entries()) {
    // Another kind of value altogether.
    if (issues.length === 0 || issues.some(isOfAnotherKind)) continue;
    if (best === null || depth(issues) > depth(best.issues)) best = { at, issues };
  }
  return best;
}

const isOfAnotherKind = ({ code, path }: Issue): boolean =>
  path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');

function wordsOf(issue: Issue, schema: Schema | null, value: unknown): string {
  // What a schema says in words of its own needs no others.
  if (!/^(?:Invalid|Too|Unrecognized)\b/.test(issue.message)) return issue.message;
  const rule = schema === null ? null : ruleOf(schema);
  if (value === undefined) return rule === null ? 'is required' : `is required: ${rule}`;
  // A number that came as text, in a query, is too small as a number.
  if ((issue.code === 'too_small' || issue.code === 'too_big') && SIZED.has(issue.origin)) {
    const size = sizeWords(issue, value);
    if (size !== null) return size;
  }
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  return rule === null ? issue.message : `must be ${rule}, not ${shown(value)}`;
}

const SIZED: ReadonlySet<string> = new Set(['string', 'array']);

/** For texts and lists, whose size is at fault. */
function sizeWords(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>, value: unknown): string | null {
  if (typeof value !== 'string' && !Array.isArray(value)) return null;
  const unit = typeof value === 'string' ? 'characters' : 'items';
  const has = `it has ${value.length}`;
  if (issue.code === 'too_big') return `must have at most ${issue.maximum} ${unit}; ${has}`;
  return value.length === 0 ? 'must not be empty' : `must have at least ${issue.minimum} ${unit}; ${has}`;
}

/** A value as an error shows it: short ones as they are, texts that may be somebody's prompt not at all. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  // JSON has no word for what `1e999` becomes.
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length <= 40 ? text : 'a longer text';
}

/** What a schema takes, in words: `a number between 0 and 2`. Null where there are no simple ones. */
function ruleOf(schema: Schema): string | null {
  const bare = unwrapped(schema);
  const { def } = bare._zod;
  switch (def.type) {
    case 'string':
      return 'text';
    case 'number':
      return numberWords(bare as z.ZodNumber);
    case 'boolean':
      return 'true or false';
    case 'array':
      return 'a list';
    case 'object':
    case 'record':
      return 'an object';
    case 'enum':
      return `one of ${Object.values((def as z.core.$ZodEnumDef).entries).join(', ')}`;
    case 'literal':
      return (def as z.core.$ZodLiteralDef<z.core.util.Literal>).values.map((one) => JSON.stringify(one)).join(' or ');
    case 'union': {
      const rules = optionsOf(bare)
        .map(ruleOf)
        .filter((rule) => rule !== null);
      return rules.length === 0 ? null : [...new Set(rules)].join(' or ');
    }
    default:
      return null;
  }
}

function numberWords({ minValue, maxValue, format }: z.ZodNumber): string {
  const noun = format === null ? 'a number' : 'an integer';
  const least = minValue === null || minValue <= Number.MIN_SAFE_INTEGER ? null : minValue;
  const most = maxValue === null || maxValue >= Number.MAX_SAFE_INTEGER ? null : maxValue;
  if (least !== null && most !== null) return `${noun} between ${least} and ${most}`;
  if (least !== null) return `${noun} of at least ${least}`;
  return most === null ? noun : `${noun} of at most ${most}`;
}

const WRAPPERS: ReadonlySet<string> = new Set([
  'optional',
  'nullable',
  'default',
  'prefault',
  'nonoptional',
  'readonly',
  'catch',
]);

/** Without what only says that a value may be absent, or is made into another one. */
function unwrapped(schema: Schema): Schema {
  const { def } = schema._zod;
  if (WRAPPERS.has(def.type)) return unwrapped((def as unknown as { innerType: Schema }).innerType);
  return def.type === 'pipe' ? unwrapped((def as z.core.$ZodPipeDef).in) : schema;
}

const optionsOf = (schema: Schema): readonly Schema[] => {
  const { def } = unwrapped(schema)._zod;
  return def.type === 'union' ? (def as z.core.$ZodUnionDef).options : [];
};

const shapeOf = (schema: Schema): Readonly<Record<string, Schema>> | null => {
  const { def } = unwrapped(schema)._zod;
  return def.type === 'object' ? (def as z.core.$ZodObjectDef).shape : null;
};

/** The schema of a field; null within what is not known, or has several forms. */
function schemaAt(schema: Schema, path: Path): Schema | null {
  let at: Schema | null = schema;
  for (const segment of path) {
    if (at === null) return null;
    const bare: Schema = unwrapped(at);
    const { def } = bare._zod;
    if (def.type === 'array') at = (def as z.core.$ZodArrayDef).element;
    else if (def.type === 'record') at = (def as z.core.$ZodRecordDef).valueType;
    else at = shapeOf(bare)?.[String(segment)] ?? null;
  }
  return at;
}

function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const segment of path) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, segment)) return undefined;
    at = (at as Record<PropertyKey, unknown>)[segment];
  }
  return at;
}
