/** Plain data, as JSON has it. */
export type Plain = null | boolean | number | string | readonly Plain[] | { readonly [key: string]: Plain };

/**
 * How one value becomes another, itself plain data: replaced; an object of which some fields changed; a list of which the
 * first `dropped` entries left and some came at the end (a window that moved on).
 */
export type Delta =
  | readonly [kind: 0, value: Plain]
  | readonly [kind: 1, fields: readonly (readonly [key: string, delta: Delta])[]]
  | readonly [kind: 2, dropped: number, added: readonly Plain[]];

const isObject = (value: Plain): value is { readonly [key: string]: Plain } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What makes `after` of `before`; null when they are equal. What is the same object in both is not looked into. */
export function deltaOf(before: Plain, after: Plain): Delta | null {
  if (Object.is(before, after)) return null;
  if (Array.isArray(before) && Array.isArray(after)) return listDelta(before, after);
  if (!isObject(before) || !isObject(after)) return [0, after];
  const names = Object.keys(after);
  const earlier = Object.keys(before);
  // Fields that come, go or change their places are rare: then it is simply replaced.
  if (names.length !== earlier.length || names.some((name, at) => name !== earlier[at])) return [0, after];
  const fields = names.flatMap((name) => {
    const delta = deltaOf(before[name]!, after[name]!);
    return delta === null ? [] : [[name, delta] as const];
  });
  return fields.length === 0 ? null : [1, fields];
}

function listDelta(before: readonly Plain[], after: readonly Plain[]): Delta | null {
  for (let dropped = 0; dropped <= before.length; dropped++) {
    const kept = before.length - dropped;
    // Looking for more than a few steps would cost more than it saves.
    if (dropped > FARTHEST && kept > 0) break;
    if (kept > after.length || !startsWith(after, before, dropped)) continue;
    return dropped === 0 && after.length === before.length ? null : [2, dropped, after.slice(kept)];
  }
  return [0, after];
}

/** Entries that may leave a list at once and still be seen as a window that moved on. */
const FARTHEST = 20;

function startsWith(after: readonly Plain[], before: readonly Plain[], dropped: number): boolean {
  for (let at = dropped; at < before.length; at++) {
    if (deltaOf(before[at]!, after[at - dropped]!) !== null) return false;
  }
  return true;
}

/** The value that `deltaOf(before, …)` was made for; what did not change is shared with `before`. */
export function applied(before: Plain, delta: Delta): Plain {
  switch (delta[0]) {
    case 0:
      return delta[1];
    case 1: {
      const changes = new Map(delta[1]);
      // From entries, so that a field named `__proto__` is one like any other.
      return Object.fromEntries(
        Object.entries(before as { readonly [key: string]: Plain }).map(([name, value]) => {
          const change = changes.get(name);
          return [name, change === undefined ? value : applied(value, change)];
        }),
      );
    }
    case 2:
      return [...(before as readonly Plain[]).slice(delta[1]), ...delta[2]];
  }
}
