import type { Bench } from './scenario.ts';

/** Measures as often as the run asks for, and tells whoever waits. */
export async function repeat<Found>(
  bench: Bench,
  name: string,
  measure: () => Promise<Found>,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const round of bench.rounds()) {
    bench.progress(`${name}: ${round}`);
    found.push(await measure());
  }
  return found;
}
