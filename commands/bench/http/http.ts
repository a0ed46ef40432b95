import { median } from '../../../src/primitives/statistics.ts';
import { WARM_UP, withWarmUp } from '../rounds.ts';
import { type Figures, type Row, rowOf, skippedRow, type Target } from '../row.ts';
import type { Bench, Scenario } from '../scenario.ts';
import { type Asked, canLoad, type Found, load } from './load.ts';
import { type BenchServer, BenchServers } from './servers.ts';
import { TARGETS as STREAMING, streaming } from './streaming.ts';

const P12: Target = { id: 'P12', what: 'HTTP JSON + engine / HTTP JSON alone', target: 0.85, better: 'higher' };
const P13: Target = {
  id: 'P13',
  what: 'proxying to a local upstream / bare undici proxy',
  target: 0.85,
  better: 'higher',
};
const P14: Target = { id: 'P14', what: 'requests/s against @portkey-ai/gateway', target: 8, better: 'higher' };
const P14_P99: Target = { id: 'P14.p99', what: 'p99 against @portkey-ai/gateway', target: 1, better: 'lower' };
const P15: Target = { id: 'P15', what: 'peak memory against @portkey-ai/gateway', target: 0.5, better: 'lower' };
const LOADED = [P12, P13, P14, P14_P99, P15];

const PROMPT = 'The quick brown fox jumps over the magnificent lazy dog 1001';
const OURS: Asked = { path: '/v1/prompt', body: { input: PROMPT } };
const CHAT: Asked = {
  path: '/v1/chat/completions',
  body: { model: 'gpt-4o', messages: [{ role: 'user', content: PROMPT }] },
};

/** The web API against the least that could be in its place, and against another gateway. */
export const httpScenario: Scenario = {
  name: 'http',
  summary: 'the web API against bare servers and another gateway: P12 to P16',
  ids: [...LOADED, ...STREAMING].map(({ id }) => id),
  async run(bench) {
    const loaded = (await canLoad())
      ? [await answering(bench), ...(await proxying(bench))]
      : LOADED.map((target) => skippedRow(target, 'autocannon is not installed', bench.command));
    return [...loaded, ...(await streaming(bench))];
  },
};

type Rounds<Name extends string> = readonly Readonly<Record<Name, Found>>[];

/** Rounds after which V8 has compiled what is used all the time: a service runs for longer than a measurement. */
const WARM_UP_ROUNDS = 3;

/** So many requests to each server in turn, round by round; the first rounds are the warm-up and do not count. */
async function rounds<Name extends string>(
  bench: Bench,
  sides: Readonly<Record<Name, (requests: number) => Promise<Found>>>,
  requests: number,
  ours: BenchServer,
): Promise<Rounds<Name>> {
  const found: Record<Name, Found>[] = [];
  for (const round of withWarmUp(bench, WARM_UP_ROUNDS)) {
    const results = {} as Record<Name, Found>;
    for (const name of Object.keys(sides) as Name[]) {
      bench.progress(`${name}: ${round}`);
      results[name] = await sides[name](requests);
    }
    if (bench.show !== null) bench.show(await ours.snapshot());
    if (round !== WARM_UP) found.push(results);
  }
  return found;
}

async function answering(bench: Bench): Promise<Row> {
  using servers = new BenchServers();
  const bare = await servers.bare('bare-json');
  const plain = await servers.ours('plain', { plain: true });
  const full = await servers.ours('full', { plain: false });
  const sides = {
    bare: (requests: number) => load(bare, OURS, requests),
    plain: (requests: number) => load(plain, OURS, requests),
    full: (requests: number) => load(full, OURS, requests),
  };
  const found = await rounds(bench, sides, bench.quick ? 200 : 10_000, plain);
  const finding = {
    value: cpuRatio(found, 'bare', 'plain'),
    ours: { ...figures(found, 'plain'), with_defaults_us: typical(found, 'full', 'cpuUs') },
    baseline: { name: 'node:http and JSON', ...figures(found, 'bare') },
    samples: found.length,
  };
  return rowOf(P12, finding, bench.command);
}

async function proxying(bench: Bench): Promise<readonly Row[]> {
  const { command, quick } = bench;
  using servers = new BenchServers();
  const { url: upstream } = await servers.bare('upstream');
  const bare = await servers.bare('bare-proxy', upstream);
  const ours = await servers.ours('proxy', { upstream, plain: true });
  const sides = {
    bare: (requests: number) => load(bare, CHAT, requests),
    ours: (requests: number) => load(ours, OURS, requests),
  };
  const found = await rounds(bench, sides, quick ? 200 : 6000, ours);
  const finding = {
    value: cpuRatio(found, 'bare', 'ours'),
    ours: figures(found, 'ours'),
    baseline: { name: 'bare undici proxy', ...figures(found, 'bare') },
    samples: found.length,
  };
  const p13 = rowOf(P13, finding, command);
  const portkey = await servers.portkey();
  if (portkey === null) {
    const skipped = [P14, P14_P99, P15].map((target) => skippedRow(target, 'not installed', command));
    return [p13, ...skipped];
  }
  const headers = {
    'x-portkey-provider': 'openai',
    'x-portkey-custom-host': `${upstream}/v1`,
    authorization: 'Bearer none',
  };
  const other = await rounds(
    bench,
    {
      ours: sides.ours,
      portkey: (requests: number) => load(portkey, { ...CHAT, headers }, requests),
    },
    quick ? 100 : 3000,
    ours,
  );
  const against = (target: Target, value: number): Row =>
    rowOf(
      target,
      {
        value,
        ours: figures(other, 'ours'),
        baseline: { name: '@portkey-ai/gateway', ...figures(other, 'portkey') },
        samples: other.length,
      },
      command,
    );
  const ratio = (figure: keyof Found): number =>
    median(other.map((round) => round.ours[figure] / round.portkey[figure]));
  return [p13, against(P14, ratio('perSecond')), against(P14_P99, ratio('p99Ms')), against(P15, ratio('peakMb'))];
}

/**
 * How many requests one side answers with the processor time that the other needs for one: what the rates of two
 * saturated servers would tell on a machine that does nothing else.
 */
const cpuRatio = <Name extends string>(found: Rounds<Name>, bare: Name, ours: Name): number =>
  median(found.map((round) => round[bare].cpuUs / round[ours].cpuUs));

const typical = <Name extends string>(found: Rounds<Name>, side: Name, figure: keyof Found): number =>
  Math.round(median(found.map((round) => round[side][figure])) * 10) / 10;

const figures = <Name extends string>(found: Rounds<Name>, side: Name): Figures => ({
  cpu_us: typical(found, side, 'cpuUs'),
  per_s: Math.round(typical(found, side, 'perSecond')),
  p99_ms: typical(found, side, 'p99Ms'),
  peak_mb: Math.round(typical(found, side, 'peakMb')),
});
