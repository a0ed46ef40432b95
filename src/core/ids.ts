import type { Random } from './random.ts';

/** Makes identifiers that are unique within a data directory: `req-k3v9x2a1-1f`. */
export type Ids = () => string;

/**
 * A generator of ids: `prefix`, a random part drawn once (about 41 bits, so that two processes do not meet),
 * and a counter. Matches `^[A-Za-z0-9_-]{1,64}$` for any such prefix of up to 40 characters.
 */
export function createIds(prefix: string, random: Random): Ids {
  const base = `${prefix}-${Math.floor(random() * 36 ** 8)
    .toString(36)
    .padStart(8, '0')}-`;
  let count = 0;
  return () => base + (count++).toString(36);
}
