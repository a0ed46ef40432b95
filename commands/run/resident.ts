import { setFlagsFromString } from 'node:v8';

/**
 * What V8 does otherwise for a process that stays. Maglev is its compiler for functions that are not yet busy enough for
 * the best one: it needs 30 MB to work in, which the process keeps for good, and what it has made is replaced within
 * seconds. A command that ends soon is better off with it.
 *
 * Nor does V8 guess from the first requests what will live long. They come while its young space is small, so that half of
 * them are on their way at every collection: it took their objects for lasting, put those of all later ones into the old
 * space at once, and what these point to stayed with them. Every request that waits for a provider outlived its answer,
 * whole, and took 40 µs to be moved about; a tenth of that is left.
 */
export function beResident(): void {
  setFlagsFromString('--no-maglev');
  setFlagsFromString('--no-allocation-site-pretenuring');
}
