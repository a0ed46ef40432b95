import { OrchestratorError } from '../../../src/core/errors.ts';
import { median } from '../../../src/primitives/statistics.ts';
import { repeat } from '../repeat.ts';
import { type Row, rowOf, type Target } from '../row.ts';
import type { Bench, Scenario } from '../scenario.ts';
import type { Features } from '../worker/engine.ts';

const P5: Target = {
  id: 'P5',
  what: 'deduplication, breaker, retry, rate limit: on / off',
  target: 0.75,
  better: 'higher',
};
const P6_ALL_BUT_NEAR: Target = {
  id: 'P6.all_but_near',
  what: 'everything but near-duplicates: on / off',
  target: 0.5,
  better: 'higher',
};
const P6_ALL: Target = { id: 'P6.all', what: 'everything: on / off', target: 0.33, better: 'higher' };
const P17: Target = { id: 'P17', what: 'provider calls of 10 k identical prompts at once', target: 1, better: 'lower' };
const P19_SIMHASH: Target = { id: 'P19.simhash', what: 'SimHash against BigInt', target: 50, better: 'higher' };
const P19_LOOKUP: Target = {
  id: 'P19.lookup',
  what: 'lookup among 10 k against linear scan',
  target: 500,
  better: 'higher',
};

const HERD = 10_000;
const ENTRIES = 10_000;

/** What need not be computed again: the cost of looking for it, and what it saves. */
export const reuseScenario: Scenario = {
  name: 'reuse',
  summary: 'reused answers and all that looks at a request: P5, P6, P17, P19',
  ids: [P5, P6_ALL_BUT_NEAR, P6_ALL, P17, P19_SIMHASH, P19_LOOKUP].map(({ id }) => id),
  run: async (bench) => [...(await features(bench)), await herd(bench), ...(await fingerprints(bench))],
};

/** Ratios are taken within a round, each side in a process of its own; the median of the rounds counts. */
async function features(bench: Bench): Promise<readonly Row[]> {
  const size = bench.quick ? { requests: 500, batches: 2 } : { requests: 20_000, batches: 30 };
  const rounds = await repeat(bench, 'features on and off', async () => {
    const ns = async (wanted: Features): Promise<number> =>
      (await bench.measure<'features'>({ kind: 'features', features: wanted, ...size })).ns;
    return {
      none: await ns('none'),
      calls: await ns('calls'),
      all_but_near: await ns('all_but_near'),
      all: await ns('all'),
    };
  });
  const row = (target: Target, on: Features): Row => {
    const finding = {
      value: median(rounds.map((round) => round.none / round[on])),
      ours: { ns: tenths(rounds.map((round) => round[on])) },
      baseline: { name: 'off', ns: tenths(rounds.map((round) => round.none)) },
      samples: rounds.length,
    };
    return rowOf(target, finding, bench.command);
  };
  return [row(P5, 'calls'), row(P6_ALL_BUT_NEAR, 'all_but_near'), row(P6_ALL, 'all')];
}

async function herd(bench: Bench): Promise<Row> {
  const requests = bench.quick ? 1000 : HERD;
  const rounds = await repeat(bench, 'identical prompts', () => bench.measure<'herd'>({ kind: 'herd', requests }));
  for (const { answered } of rounds) {
    if (answered !== requests) throw new OrchestratorError('internal', `${answered} answers to ${requests} requests`);
  }
  const finding = {
    value: Math.max(...rounds.map(({ calls }) => calls)),
    ours: { answered: requests, ms: tenths(rounds.map(({ ms }) => ms)) },
    baseline: { name: 'a call each', calls: requests },
    samples: rounds.length,
  };
  return rowOf(P17, finding, bench.command);
}

async function fingerprints(bench: Bench): Promise<readonly Row[]> {
  const { quick, command } = bench;
  const rounds = await repeat(bench, 'fingerprints', () =>
    bench.measure<'fingerprints'>({ kind: 'fingerprints', entries: ENTRIES, quick }),
  );
  const row = (target: Target, ours: keyof (typeof rounds)[0], theirs: keyof (typeof rounds)[0], name: string): Row => {
    const finding = {
      value: median(rounds.map((round) => round[theirs] / round[ours])),
      ours: { ns: tenths(rounds.map((round) => round[ours])) },
      baseline: { name, ns: tenths(rounds.map((round) => round[theirs])) },
      samples: rounds.length,
    };
    return rowOf(target, finding, command);
  };
  return [
    row(P19_SIMHASH, 'simHashNs', 'bigIntNs', '64 counters and BigInt'),
    row(P19_LOOKUP, 'bandsNs', 'linearNs', 'linear scan of 32-bit halves'),
  ];
}

const tenths = (values: readonly number[]): number => Math.round(median(values) * 10) / 10;
