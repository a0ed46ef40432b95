import { leastSquaresSlope, median } from '../../../src/primitives/statistics.ts';
import { type Row, rowOf, type Target } from '../row.ts';
import type { Bench, Scenario } from '../scenario.ts';
import type { Results } from '../worker/task.ts';

const KB = 1024;
const LITERAL: Target = { id: 'P18.literal', what: 'literal pass over 2 KB, µs', target: 10, better: 'lower' };
const ALL: Target = { id: 'P18.all', what: 'verdict on 2 KB, µs', target: 200, better: 'lower' };
const GROWTH: Target = { id: 'P18.growth', what: 'growth exponent with the length', target: 1.05, better: 'lower' };
const WORST: Target = { id: 'P18.worst', what: 'verdict on 8 KB of the worst kind, µs', target: 1000, better: 'lower' };
const TARGETS = [LITERAL, ALL, GROWTH, WORST] as const;

/** What the prompt guard costs. */
export const guardScenario: Scenario = {
  name: 'guard',
  summary: 'what the prompt guard costs: P18',
  ids: TARGETS.map(({ id }) => id),
  run: measure,
};

async function measure(bench: Bench): Promise<readonly Row[]> {
  const sizes = [2, 8, 32, 128].map((size) => size * KB);
  const runs: Results['guard'][] = [];
  for (const round of bench.rounds()) {
    bench.progress(`guard: ${round}`);
    runs.push(await bench.measure<'guard'>({ kind: 'guard', sizes, rounds: bench.quick ? 20 : 300 }));
  }
  const samples = runs.length;
  const rounded = (values: readonly number[]): number => Math.round(median(values) * 100) / 100;
  const whole = Object.fromEntries(
    sizes.map((size, at) => [`${size / KB}_kb_us`, rounded(runs.map(({ wholeUs }) => wholeUs[at]!))]),
  );
  const row = (target: Target, values: readonly number[], ours: Row['ours'], baseline: Row['baseline']): Row =>
    rowOf(target, { value: median(values), ours, baseline, samples }, bench.command);
  const limit = { name: 'the target itself' };
  return [
    row(
      LITERAL,
      runs.map(({ literalUs }) => literalUs),
      { prompt_kb: 2 },
      limit,
    ),
    row(
      ALL,
      runs.map(({ wholeUs }) => wholeUs[0]!),
      { prompt_kb: 2 },
      limit,
    ),
    row(
      GROWTH,
      runs.map(({ wholeUs }) => leastSquaresSlope(sizes.map((size, at) => [Math.log(size), Math.log(wholeUs[at]!)]))),
      whole,
      { name: 'linear', exponent: 1 },
    ),
    row(
      WORST,
      runs.map(({ worstUs }) => worstUs),
      { prompt_kb: 8 },
      limit,
    ),
  ];
}
