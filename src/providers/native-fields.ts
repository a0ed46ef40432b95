import type { NativeFields } from '../core/native.ts';

/** Fields that tell what a thing is: a later piece repeats them, and does not go on with them. */
const NAMES = /^(?:id|type|role|index|object|model|name)$/;

const isFields = (value: unknown): value is NativeFields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Adds a piece of a streamed object to what there is: texts and lists grow, objects are merged, the rest is replaced. */
export function grown(sofar: NativeFields, piece: NativeFields): NativeFields {
  const result: Record<string, unknown> = { ...sofar };
  for (const [name, value] of Object.entries(piece)) {
    const before = Object.hasOwn(result, name) ? result[name] : undefined;
    if (typeof before === 'string' && typeof value === 'string' && !NAMES.test(name)) result[name] = before + value;
    else if (Array.isArray(before) && Array.isArray(value)) result[name] = [...before, ...value];
    else if (isFields(before) && isFields(value)) result[name] = grown(before, value);
    else if (value !== null || before === undefined) define(result, name, value);
  }
  return result;
}

/** Lays later fields over earlier ones, deep; null says nothing. */
export function overlaid(sofar: NativeFields, later: NativeFields): NativeFields {
  const result: Record<string, unknown> = { ...sofar };
  for (const [name, value] of Object.entries(later)) {
    const before = Object.hasOwn(result, name) ? result[name] : undefined;
    if (isFields(before) && isFields(value)) result[name] = overlaid(before, value);
    else if (value !== null || before === undefined) define(result, name, value);
  }
  return result;
}

/** Also a field called `__proto__` is a field here. */
function define(target: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, writable: true, configurable: true });
}
