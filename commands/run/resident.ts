import { setFlagsFromString } from 'node:v8';

/**
 * What V8 does otherwise for a process that stays. Maglev is its compiler for functions that are not yet busy enough for
 * the best one: it needs 30 MB to work in, which the process keeps for good, and what it has made is replaced within
 * seconds. A command that ends soon is better off with it.
 */
export function beResident(): void {
  setFlagsFromString('--no-maglev');
}
