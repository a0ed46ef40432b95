import { OrchestratorError } from './errors.ts';

/** A JSON object whose fields nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Throws `request_invalid` that names the field; `''` is the whole record. */
export function invalid(field: string, rule: string): never {
  throw new OrchestratorError('request_invalid', `${field === '' ? 'The record' : field} ${rule}.`, {
    ...(field === '' ? {} : { param: field }),
  });
}

export function objectAt(field: string, value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  return invalid(field, 'must be an object');
}

export function arrayAt(field: string, value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : invalid(field, 'must be an array');
}

export function textAt(field: string, value: unknown): string {
  return typeof value === 'string' ? value : invalid(field, 'must be text');
}

/** A finite number within the bounds, both included. */
export function numberAt(field: string, value: unknown, least: number, most = Number.MAX_SAFE_INTEGER): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  return invalid(
    field,
    most === Number.MAX_SAFE_INTEGER ? `must be a number from ${least}` : `must be a number from ${least} to ${most}`,
  );
}

export function countAt(field: string, value: unknown, least = 0): number {
  if (Number.isSafeInteger(value) && (value as number) >= least) return value as number;
  return invalid(field, `must be a whole number from ${least}`);
}

export function oneOf<Choice extends string>(field: string, value: unknown, choices: readonly Choice[]): Choice {
  if (choices.includes(value as Choice)) return value as Choice;
  return invalid(field, `must be one of ${choices.join(', ')}`);
}

/** An identifier: it never becomes a path, a header or a control sequence. */
export function idAt(field: string, value: unknown): string {
  if (typeof value === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(value)) return value;
  return invalid(field, 'must be 1 to 64 letters, digits, _ or -');
}

export function textsAt(field: string, value: unknown): Readonly<Record<string, string>> {
  const texts = objectAt(field, value);
  for (const [key, text] of Object.entries(texts)) textAt(`${field}.${key}`, text);
  return texts as Readonly<Record<string, string>>;
}
