import type { Violation } from './checker.ts';
import type { Verdict } from './simulate.ts';

/** What came of many simulations, as plain data: it crosses threads. */
export interface Tally {
  readonly seeds: number;
  /** Simulations by scenario. */
  readonly scenarios: Readonly<Record<string, number>>;
  /** What was observed in all of them, by kind. */
  readonly counts: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
}

export interface Failure extends Violation {
  readonly seed: number;
  readonly scenario: string;
  readonly hash: string;
  readonly tail: readonly string[];
}

export const NOTHING: Tally = { seeds: 0, scenarios: {}, counts: {}, failures: [] };

export function tallyOf({ seed, scenario, hash, counts, violation, tail }: Verdict): Tally {
  return {
    seeds: 1,
    scenarios: { [scenario]: 1 },
    counts: Object.fromEntries(counts),
    failures: violation === null ? [] : [{ ...violation, seed, scenario, hash, tail }],
  };
}

export const together = (a: Tally, b: Tally): Tally => ({
  seeds: a.seeds + b.seeds,
  scenarios: added(a.scenarios, b.scenarios),
  counts: added(a.counts, b.counts),
  failures: [...a.failures, ...b.failures],
});

function added(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const sum = { ...a };
  for (const [key, count] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}
