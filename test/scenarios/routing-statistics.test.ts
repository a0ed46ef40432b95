import { expect, test } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { quantile } from '../../src/primitives/statistics.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { type Sent, testEngine } from '../support/test-engine.ts';
import { type Conduct, pass, timedProvider } from '../support/timed-provider.ts';

/** A fleet under a virtual clock and a seed: what its providers do is the same in every run. */
interface Fleet {
  readonly policy: string;
  readonly providers: Readonly<Record<string, (random: () => number) => Conduct>>;
  readonly keys?: Readonly<Record<string, object>>;
  readonly routing?: object;
  readonly requests?: number;
}

async function run({ policy, providers, keys = {}, routing = {}, requests = 3000 }: Fleet) {
  const clock = new ManualClock();
  const random = seededRandom(42);
  const fleet = Object.entries(providers).map(([name, conduct]) => timedProvider(name, clock, () => conduct(random)));
  const world = testEngine({
    clock,
    providers: fleet,
    workers: 1000,
    capacity: 4000,
    resilience: {},
    configure(config) {
      Object.assign(config.routing, { policy, ...routing });
      Object.assign(config.providers, keys);
    },
  });
  const sent: Sent[] = [];
  for (let i = 0; i < requests; i++) {
    sent.push(world.send(`q${i}`, {}));
    await pass(clock, 20, 4);
  }
  await pass(clock, 20_000, 50);
  const outcomes = sent.map(({ outcomes: [outcome] }) => outcome!);
  const ms = outcomes.map(({ timing }) => timing!.totalMs);
  return {
    ...world,
    outcomes,
    p99: quantile(ms, 0.99),
    p95: quantile(ms, 0.95),
    asked: fleet.reduce((sum, { counts }) => sum + counts.asked, 0),
    by: Object.fromEntries(fleet.map(({ name, counts }) => [name, counts.asked])),
  };
}

test('hedge cuts the p99 of a bimodal fleet by half and more, with 5 % extra calls at most', async () => {
  // Nearly always 80 to 120 ms, now and then two seconds.
  const bimodal = (random: () => number): Conduct => ({ ms: random() < 0.03 ? 2000 : 80 + random() * 40 });
  const providers = { a: bimodal, b: bimodal, c: bimodal };
  const plain = await run({ policy: 'least_loaded', providers });
  const hedged = await run({ policy: 'hedge', providers });
  expect(plain.p99).toBeGreaterThan(1900);
  expect(hedged.p99).toBeLessThanOrEqual(plain.p99 / 2);
  expect(hedged.asked / 3000).toBeLessThanOrEqual(1.05);
  expect(hedged.outcomes.every(({ status }) => status === 'completed')).toBe(true);
});

test('arbitrage meets the limit, at 1.05 times the cost of the best fixed choice at most', async () => {
  const between = (least: number, most: number) => (random: () => number) => ({
    ms: least + random() * (most - least),
  });
  const providers = { slow: between(500, 900), good: between(100, 190), fast: between(20, 60) };
  const price: Record<string, number> = { slow: 0.001, good: 0.002, fast: 0.02 };
  const keys = Object.fromEntries(
    Object.entries(price).map(([name, dollars]) => [name, { kind: 'echo', output_per_1k: dollars }]),
  );
  const { p95, by } = await run({ policy: 'arbitrage', providers, keys, routing: { sla_ms: 200 } });
  expect(p95).toBeLessThanOrEqual(200);
  const cost = Object.entries(by).reduce((sum, [name, calls]) => sum + calls * price[name]!, 0);
  // The cheapest that is always within the limit.
  const bestFixed = 3000 * price['good']!;
  expect(cost).toBeLessThanOrEqual(1.05 * bestFixed);
});

test('the bandit earns 90 % of what the best arm would have', async () => {
  const arm = (failures: number, ms: number) => (random: () => number) => ({ ms, fails: random() < failures });
  const providers = { best: arm(0.02, 100), good: arm(0.05, 400), bad: arm(0.4, 300) };
  const { outcomes, engine } = await run({ policy: 'bandit', providers });
  const reward = ({ status, timing }: (typeof outcomes)[number]): number =>
    status === 'completed' ? 1000 / (1000 + timing!.totalMs) : 0;
  const earned = outcomes.reduce((sum, outcome) => sum + reward(outcome), 0) / outcomes.length;
  const best = (0.98 * 1000) / 1100;
  expect(earned).toBeGreaterThanOrEqual(0.9 * best);
  const { rewards } = engine.snapshot().routing!.details as { rewards: Record<string, number> };
  expect(rewards['best']).toBeGreaterThan(rewards['good']!);
});

test('weighted and round robin keep their shares under load, to one request', async () => {
  const steady = () => ({ ms: 100 });
  const providers = { a: steady, b: steady, c: steady };
  const keys = { a: { kind: 'echo', weight: 3 }, b: { kind: 'echo', weight: 2 }, c: { kind: 'echo', weight: 1 } };
  expect((await run({ policy: 'weighted', providers, keys, requests: 600 })).by).toEqual({ a: 300, b: 200, c: 100 });
  expect((await run({ policy: 'round_robin', providers, requests: 600 })).by).toEqual({ a: 200, b: 200, c: 200 });
});

/** A wave of load over ten minutes: calls of a second each, up to three times of what 64 workers can do, and back. */
async function wave(pool: object) {
  const clock = new ManualClock();
  const random = seededRandom(7);
  const provider = timedProvider('p', clock, () => ({ ms: 800 + random() * 400 }));
  const world = testEngine({
    clock,
    provider,
    resilience: { circuit_breaker_threshold: 0, retry_attempts: 1 },
    configure: (config) => void Object.assign(config.pool, pool),
  });
  const waits: number[] = [];
  const workers: number[] = [];
  const changes: { at: number; up: boolean }[] = [];
  world.engine.events.on('inference.pool_resized', ({ from, to }) => changes.push({ at: clock.now(), up: to > from }));
  let owed = 0;
  for (let second = 0; second < 600; second += 0.1) {
    owed += (20 + 70 * (1 - Math.cos((2 * Math.PI * second) / 600))) / 10;
    for (; owed >= 1; owed--) {
      world.engine.submitWith(
        { id: `q${waits.length}-${second}`, messages: [{ role: 'user', content: 'x' }] },
        {},
        ({ timing, status }) => {
          if (status === 'completed') waits.push(timing!.queuedMs);
        },
      );
    }
    await pass(clock, 100, 100);
    if (Math.round(second * 10) % 10 === 0) workers.push(world.engine.snapshot().stages.inference.limit);
  }
  const { totals } = world.engine.snapshot();
  await world.engine.drain(0);
  return { waits, workers, changes, shed: totals.shed, p95: quantile(waits, 0.95) };
}

const settings = {
  ewma: {
    controller: 'ewma',
    min_workers: 1,
    scale_step: 8,
    scale_up_threshold: 0.05,
    scale_down_threshold: 0.01,
    max_workers: 400,
  },
  kalman: { controller: 'kalman', min_workers: 1, scale_step: 8, max_workers: 400 },
};

let fixedWave: ReturnType<typeof wave> | null = null;

test.each(['ewma', 'kalman'] as const)(
  'the pool (%s) follows a wave up and down without oscillating, and queues wait half as long',
  async (controller) => {
    fixedWave ??= wave({});
    const fixed = await fixedWave;
    const pool = await wave(settings[controller]);
    expect(pool.p95).toBeLessThanOrEqual(fixed.p95 / 2);
    expect(pool.shed).toBeLessThanOrEqual(fixed.shed);
    const peak = Math.max(...pool.workers);
    expect(peak).toBeGreaterThan(150);
    expect(pool.workers.at(-1)).toBeLessThan(peak / 2);
    // At most one change in its cooldown, and no back and forth within any minute.
    for (const { at } of pool.changes) {
      const minute = pool.changes.filter((one) => one.at > at - 60_000 && one.at <= at);
      expect(minute.length).toBeLessThanOrEqual(controller === 'ewma' ? 12 : 4);
    }
    const turns = pool.changes.filter(({ up }, i) => i > 0 && up !== pool.changes[i - 1]!.up);
    expect(turns.length).toBeLessThanOrEqual(4);
  },
);
