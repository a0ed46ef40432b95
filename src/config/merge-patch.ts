import { isPlainObject } from './tree.ts';

/** The value with a patch laid over it: objects are merged, null takes a key out, anything else replaces (RFC 7396). */
export function mergePatch(value: unknown, patch: object): object {
  const merged: Record<string, unknown> = isPlainObject(value) ? { ...value } : {};
  for (const [key, change] of Object.entries(patch)) {
    if (change === null) delete merged[key];
    else merged[key] = isPlainObject(change) ? mergePatch(merged[key], change) : change;
  }
  return merged;
}
