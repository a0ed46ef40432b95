import { describe, expect, test } from 'vitest';
import type { Story } from '../../../src/inference/story.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { testEngine, type World } from '../../support/test-engine.ts';
import { pass, timedProvider } from '../../support/timed-provider.ts';

/** One that fails after 20 ms, one that takes 400, and one that takes 30 and costs money. */
function fleet(policy: string, routing: object = {}) {
  const clock = new ManualClock();
  const [failing, slow, dear] = [
    timedProvider('failing', clock, () => ({ ms: 20, fails: true })),
    timedProvider('slow', clock, () => ({ ms: 400, text: 'the long answer of the slow one' })),
    timedProvider('dear', clock, () => ({ ms: 30, text: 'a good answer' })),
  ];
  const world = testEngine({
    clock,
    providers: [failing, slow, dear],
    resilience: {},
    configure(config) {
      Object.assign(config.routing, { policy, ...routing });
      Object.assign(config.providers, {
        failing: { kind: 'echo', weight: 1, priority: 0, input_per_1k: 0, output_per_1k: 0 },
        slow: { kind: 'echo', weight: 1, priority: 1, input_per_1k: 0.001, output_per_1k: 0.001 },
        dear: { kind: 'echo', weight: 2, priority: 2, input_per_1k: 0.01, output_per_1k: 0.03 },
      });
    },
  });
  return { ...world, failing, slow, dear };
}

/** Sends requests one after the other and returns who answered each. */
async function answers({ send, clock }: Pick<World, 'send' | 'clock'>, count: number): Promise<(string | null)[]> {
  const who: (string | null)[] = [];
  for (let i = 0; i < count; i++) {
    const sent = send(`q${who.length}-${clock.now()}`, {});
    await pass(clock, 600, 5);
    who.push(sent.outcomes[0]?.provider ?? null);
  }
  return who;
}

const sumOf = ({ times }: Story): number =>
  times === null ? Number.NaN : times.queued_ms + times.asking_ms + times.waiting_ms + times.other_ms;

describe('every policy answers every request, although one of three providers only fails', () => {
  test.each(['round_robin', 'weighted', 'least_loaded', 'cascade', 'arbitrage', 'bandit', 'tournament', 'hedge'])(
    '%s',
    async (policy) => {
      const world = fleet(policy);
      const who = await answers(world, 12);
      expect(who).not.toContain(null);
      expect(who).not.toContain('failing');
      expect(world.engine.snapshot().totals).toMatchObject({ completed: 12, failed: 0 });
      // Three failures make it unhealthy: then it is left alone for ten seconds.
      expect(world.failing.counts.asked).toBeLessThanOrEqual(4);
      const { providers, routing } = world.engine.snapshot();
      expect(providers['failing']!.health).toMatchObject({ consecutive_failures: world.failing.counts.asked });
      expect(routing).toMatchObject({ policy, routed: 12, unserved: 0 });
      const shares = Object.values(providers).reduce((sum, { share }) => sum + share!, 0);
      expect(shares).toBeCloseTo(1, 3);
    },
  );
});

test('single asks the first alone, and others when a request names them', async () => {
  const world = fleet('single', {});
  const first = world.send('plain', {});
  await pass(world.clock, 1200, 5);
  expect(first.outcomes).toMatchObject([{ status: 'failed', provider: 'failing', attempts: 3 }]);
  const named = [
    world.send({ id: 'n1', model: 'dear', messages: [{ role: 'user', content: 'x' }] }),
    world.send({ id: 'n2', model: 'slow/other-model', messages: [{ role: 'user', content: 'x' }] }),
    world.send({ id: 'n3', model: 'slow-1', messages: [{ role: 'user', content: 'x' }] }),
  ];
  await pass(world.clock, 600, 5);
  expect(named.map(({ outcomes }) => `${outcomes[0]!.provider} ${outcomes[0]!.model}`)).toEqual([
    'dear dear-1',
    'slow other-model',
    'slow slow-1',
  ]);
});

test('explain: who was passed over and why, every attempt, and times that add up to the whole', async () => {
  const world = fleet('cascade');
  await answers(world, 1);
  const story = world.engine.explain('q0-0')!;
  expect(story).toMatchObject({ status: 'completed', provider: 'slow', policy: 'cascade' });
  expect(story.choices.map(({ candidates }) => candidates.map(({ name, verdict }) => `${name} ${verdict}`))).toEqual([
    ['failing chosen', 'slow passed_over', 'dear passed_over'],
    ['failing out', 'slow chosen', 'dear passed_over'],
  ]);
  expect(story.choices[1]!.candidates[0]!.reason).toContain('provider_unavailable');
  expect(story.attempts).toMatchObject([
    { provider: 'failing', started_ms: 0, took_ms: 20, result: 'provider_unavailable' },
    { provider: 'slow', started_ms: 20, took_ms: 400, result: 'ok' },
  ]);
  expect(story.times).toEqual({ queued_ms: 0, asking_ms: 420, waiting_ms: 0, other_ms: 0, total_ms: 420 });
});

test('explain: one that is out says until when', async () => {
  const world = fleet('cascade');
  await answers(world, 4);
  const story = world.engine.explain('q3-1800')!;
  expect(story.choices[0]!.candidates).toMatchObject([
    { name: 'failing', verdict: 'out', reason: 'unhealthy: 3 failures in a row' },
    { name: 'slow', verdict: 'chosen' },
    { name: 'dear', verdict: 'passed_over' },
  ]);
  expect(story.attempts).toHaveLength(1);
});

test.each(['round_robin', 'cascade', 'tournament', 'hedge', 'single'])(
  'the times of %s add up to the wall time of every request',
  async (policy) => {
    const world = fleet(policy);
    const sent = world.burst(30, 'r', { deadline_ms: 60_000 });
    await pass(world.clock, 4000, 5);
    for (const { request, outcomes } of sent) {
      const story = world.engine.explain(request.id)!;
      expect(sumOf(story)).toBeCloseTo(outcomes[0]!.timing!.totalMs, 6);
      const { queued_ms, asking_ms, waiting_ms, other_ms } = story.times!;
      expect(Math.min(queued_ms, asking_ms, waiting_ms, other_ms)).toBeGreaterThanOrEqual(-1e-9);
    }
  },
);

test('weighted gives twice the turns to who weighs twice as much', async () => {
  const world = fleet('weighted');
  const who = await answers(world, 15);
  const count = (name: string) => who.filter((one) => one === name).length;
  expect(count('dear') / count('slow')).toBeGreaterThan(1.4);
});

test('arbitrage: the cheapest within the limit, and the misses are counted', async () => {
  const within = fleet('arbitrage', { sla_ms: 500 });
  expect((await answers(within, 8)).slice(3)).not.toContain('dear');
  const faster = fleet('arbitrage', { sla_ms: 100 });
  expect((await answers(faster, 8)).slice(3)).not.toContain('slow');
  const impossible = fleet('arbitrage', { sla_ms: 10 });
  expect((await answers(impossible, 8)).slice(4)).toEqual(['dear', 'dear', 'dear', 'dear']);
  expect(impossible.engine.snapshot().routing!.details).toMatchObject({ sla_misses: expect.any(Number) });
  expect(impossible.engine.snapshot().routing!.details!['sla_misses']).toBeGreaterThanOrEqual(4);
  expect(faster.engine.snapshot().routing!.details!['sla_misses']).toBe(0);
});

test('tournament: the longest wins with all answers in; the first with await_all off', async () => {
  const longest = fleet('tournament');
  expect(await answers(longest, 2)).toEqual(['slow', 'slow']);
  const first = fleet('tournament', { await_all: false });
  expect(await answers(first, 2)).toEqual(['dear', 'dear']);
  expect(first.slow.counts.aborted).toBe(2);
});
