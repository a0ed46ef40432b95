/** A source of uniform numbers in [0, 1). */
export type Random = () => number;

/** The platform's generator. */
export const systemRandom: Random = Math.random;

/**
 * A reproducible generator: mulberry32 (Tommy Ettinger, public domain), 32 bits of state, period 2^32.
 * For simulations and tests; never for secrets.
 */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A name that nobody can guess, from the system: for what gives rights to whoever knows it. Through the global, which loads
 * Node's crypto when it is first used: to import it takes every command 9 ms.
 */
export const systemSecretId = (): string => crypto.randomUUID();
