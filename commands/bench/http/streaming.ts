import { Pool } from 'undici';
import { OrchestratorError } from '../../../src/core/errors.ts';
import { median } from '../../../src/primitives/statistics.ts';
import { WARM_UP, withWarmUp } from '../rounds.ts';
import { type Row, rowOf, type Target } from '../row.ts';
import type { Bench } from '../scenario.ts';
import { type BenchServer, BenchServers } from './servers.ts';

const TTFT: Target = {
  id: 'P16.ttft',
  what: 'added time to first token / bare undici SSE proxy',
  target: 1.15,
  better: 'lower',
};
const RATE: Target = { id: 'P16.tokens', what: 'tokens/s / bare undici SSE proxy', target: 0.85, better: 'higher' };

export const TARGETS: readonly Target[] = [TTFT, RATE];

/** How a stream is asked for. */
interface Side {
  readonly server: BenchServer;
  readonly path: string;
  readonly body: (prompt: string) => object;
}

/** One stream, as its client sees it. */
interface Streamed {
  readonly firstMs: number;
  readonly totalMs: number;
  readonly tokens: number;
}

const chat = (prompt: string): object => ({
  model: 'gpt-4o',
  stream: true,
  messages: [{ role: 'user', content: prompt }],
});

/** One stream at a time, from each side in turn: its first token, and how fast many follow. */
export async function streaming(bench: Bench): Promise<readonly Row[]> {
  using servers = new BenchServers();
  const upstream = await servers.bare('upstream');
  const bare = await servers.bare('bare-proxy', upstream.url);
  const ours = await servers.ours('stream', { upstream: upstream.url, plain: true });
  const sides = {
    direct: new Client({ server: upstream, path: '/v1/chat/completions', body: chat }),
    bare: new Client({ server: bare, path: '/v1/chat/completions', body: chat }),
    ours: new Client({ server: ours, path: '/api/v1/stream', body: (prompt) => ({ prompt }) }),
  };
  const names = Object.keys(sides) as (keyof typeof sides)[];
  const streams = bench.quick ? 20 : 400;
  const tokens = bench.quick ? 400 : 10_000;
  const found: Record<keyof typeof sides, { firstMs: number; perSecond: number; cpuUs: number }>[] = [];
  for (const round of withWarmUp(bench)) {
    bench.progress(`streams: ${round}`);
    const first = { direct: [] as number[], bare: [] as number[], ours: [] as number[] };
    for (let i = 0; i < streams; i++) {
      for (const name of names) first[name].push((await sides[name].stream(4)).firstMs);
    }
    const results = {} as (typeof found)[0];
    for (const name of names) {
      const before = await sides[name].usage();
      const runs: Streamed[] = [];
      for (let i = 0; i < 5; i++) runs.push(await sides[name].stream(tokens));
      const cpuUs = (await sides[name].usage()) - before;
      results[name] = {
        firstMs: median(first[name]),
        perSecond: median(runs.map((run) => (run.tokens / run.totalMs) * 1000)),
        cpuUs: cpuUs / (5 * tokens),
      };
    }
    if (bench.show !== null) bench.show(await ours.snapshot());
    if (round !== WARM_UP) found.push(results);
  }
  for (const client of Object.values(sides)) client.close();
  const middle = (of: (round: (typeof found)[0]) => number): number => median(found.map(of));
  const thousandths = (value: number): number => Math.round(value * 1000) / 1000;
  const row = (target: Target, value: number): Row => {
    const figures = (name: keyof typeof sides) => ({
      first_ms: thousandths(middle((round) => round[name].firstMs)),
      tokens_per_s: Math.round(middle((round) => round[name].perSecond)),
      cpu_us_per_token: thousandths(middle((round) => round[name].cpuUs)),
    });
    const direct = thousandths(middle((round) => round.direct.firstMs));
    const baseline = { name: 'bare undici SSE proxy', ...figures('bare'), direct_first_ms: direct };
    return rowOf(target, { value, ours: figures('ours'), baseline, samples: found.length }, bench.command);
  };
  return [
    // What is added to the time of the upstream itself, which both wait for.
    row(
      TTFT,
      middle(({ ours, bare, direct }) => (ours.firstMs - direct.firstMs) / (bare.firstMs - direct.firstMs)),
    ),
    row(
      RATE,
      middle((round) => round.ours.perSecond / round.bare.perSecond),
    ),
  ];
}

/** Asks one side for streams, one after the other. */
class Client {
  private readonly side: Side;
  private readonly pool: Pool;

  constructor(side: Side) {
    this.side = side;
    this.pool = new Pool(side.server.url, { connections: 1 });
  }

  async usage(): Promise<number> {
    return (await this.side.server.usage()).cpuUs;
  }

  close(): void {
    void this.pool.destroy();
  }

  async stream(tokens: number): Promise<Streamed> {
    const { path, body } = this.side;
    const startedAt = performance.now();
    const response = await this.pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body(`tokens=${tokens} please`)),
    });
    let text = '';
    let firstMs: number | null = null;
    response.body.setEncoding('utf8');
    for await (const chunk of response.body) {
      text += chunk;
      // The piece with the first word of the answer, whatever stands around it.
      if (firstMs === null && text.includes('token ')) firstMs = performance.now() - startedAt;
    }
    const totalMs = performance.now() - startedAt;
    // Tokens that arrived together may be sent on together: the words count, not the events.
    const arrived = text.split('token ').length - 1;
    if (firstMs === null || arrived !== tokens) {
      throw new OrchestratorError('internal', `measuring ${path} failed: ${arrived} of ${tokens} tokens came`);
    }
    return { firstMs, totalMs, tokens };
  }
}
