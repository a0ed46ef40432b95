import type { NativeFields } from '../../core/native.ts';

/** The fields that are none of these and say something. */
export function others(fields: object, known: ReadonlySet<string>): NativeFields {
  return Object.fromEntries(
    Object.entries(fields).filter(([name, value]) => !known.has(name) && value !== null && value !== undefined),
  );
}

/** The same, as a field `extra`; nothing when nothing is left. */
export function extraOf(fields: object, known: ReadonlySet<string>): { readonly extra?: NativeFields } {
  const extra = others(fields, known);
  return Object.keys(extra).length === 0 ? {} : { extra };
}
