import { hash } from 'node:crypto';

/** JSON with the keys of every object in order: equal values give equal text, however they were written. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** SHA-256 of a value's canonical form, hexadecimal. */
export function digestOf(value: unknown): string {
  return hash('sha256', canonicalJson(value));
}
