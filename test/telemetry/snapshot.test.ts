import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OUTCOME_STATUSES } from '../../src/core/outcome.ts';
import { STAGES } from '../../src/pipeline/stages.ts';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { prompt } from '../support/scripted-provider.ts';
import { happen, testEngine, type World } from '../support/test-engine.ts';
import { look } from './look.ts';

test('the picture of an idle engine has every field', () => {
  const world = testEngine({ resilience: {} });
  world.clock.advance(1500);
  const still = { p50_ms: 0, p95_ms: 0, p99_ms: 0, history: new Array(60).fill(0) };
  const stage = (capacity: number, limit: number) => ({ depth: 0, capacity, busy: 0, limit, done: 0, ...still });
  expect(world.engine.snapshot()).toEqual({
    at: world.clock.wall(),
    name: 'orchestrator',
    version: '1.0',
    node: 'local',
    state: 'running',
    uptime_ms: 1500,
    totals: {
      ...{ submitted: 0, in_flight: 0, completed: 0, blocked: 0, limited: 0 },
      ...{ shed: 0, expired: 0, failed: 0, cancelled: 0 },
    },
    rates: { in: 0, out: 0, shed: 0 },
    stages: {
      rag: stage(512, 16),
      assemble: stage(512, 16),
      inference: stage(1024, 64),
      post_process: stage(512, 16),
      stream: stage(256, 16),
    },
    latency: still,
    throughput: { per_s: 0, history: new Array(60).fill(0) },
    providers: {
      scripted: {
        ...{ kind: 'scripted', model: 'scripted-1', calls: 0, ok: 0, errors: {} },
        ...{ ttft_p50_ms: 0, p50_ms: 0, p95_ms: 0, tokens_per_s: 0, in_flight: 0, retries: 0 },
        rejected: { breaker: 0, busy: 0, budget: 0 },
        health: {
          ...{ state: 'healthy', consecutive_failures: 0, success_rate_1h: null, p50_1h_ms: 0, p95_1h_ms: 0 },
        },
        breaker: { state: 'closed', failures: 0, failed_rounds: 0, next_probe_ms: null, reason: null },
      },
    },
    dead_letters: {
      ...{ depth: 0, capacity: 1000, stored: 0 },
      by_reason: { shed: 0, expired: 0, failed: 0, interrupted: 0 },
      replay: { scheduled: 0, in_flight: 0, succeeded: 0, failed: 0, left: 0 },
    },
    log: [],
  });
});

test('it is plain data', () => {
  const world = testEngine();
  world.burst(3);
  const picture = look(world);
  expect(JSON.parse(JSON.stringify(picture))).toEqual(picture);
});

describe('the same object', () => {
  test('until something changed', () => {
    const world = testEngine();
    world.clock.advance(5000);
    const picture = world.engine.snapshot();
    world.clock.advance(100_000);
    expect(world.engine.snapshot()).toBe(picture);
    world.send('go');
    expect(world.engine.snapshot()).not.toBe(picture);
  });

  test('for 100 ms at least, however much changes', () => {
    const world = testEngine();
    const pictures = new Set<Snapshot>();
    for (let ms = 0; ms < 1000; ms++) {
      world.send(`r${ms}`);
      pictures.add(world.engine.snapshot());
      world.clock.advance(1);
    }
    expect(pictures.size).toBe(10);
  });

  test.each([
    ['a queue to a slot', async ({ provider }: World) => provider.call('r0').settle()],
    ['another provider call', async ({ provider }: World) => provider.call('r0').answer('ok')],
    [
      'a hook that begins to wait',
      async ({ engine, send }: World) => {
        engine.hook('before:rag', { name: 'wait', run: () => new Promise<undefined>(() => undefined) });
        send('waits');
      },
    ],
    ['the state', async ({ engine }: World) => void engine.drain(1000)],
  ])('is not kept over a move to %s', async (_what, move) => {
    const world = testEngine({ workers: 1 });
    const [first] = world.burst(2);
    first!.cancel();
    const before = look(world);
    await move(world);
    await happen();
    expect(look(world)).not.toBe(before);
  });
});

test('a job that moves from a queue into its stage is not overlooked, though as many are there as before', () => {
  const world = testEngine();
  world.provider.atOnce(() => world.clock.work(5));
  // Uses up the slice, so that the next one waits at the entry until the loop has turned.
  world.burst(127);
  world.engine.hook('before:rag', { name: 'wait', run: () => new Promise<undefined>(() => undefined) });
  world.send('moves');
  const rag = () => {
    world.clock.work(100);
    const { depth, busy } = world.engine.snapshot().stages.rag;
    return { depth, busy };
  };
  expect(rag()).toEqual({ depth: 1, busy: 0 });
  world.clock.turn();
  expect(rag()).toEqual({ depth: 0, busy: 1 });
});

describe('listeners', () => {
  const watched = (world: World): { times: number; unsubscribe: () => void } => {
    const seen = { times: 0, unsubscribe: () => undefined as void };
    seen.unsubscribe = world.engine.subscribe(() => {
      seen.times++;
    });
    return seen;
  };

  test('hear of each new picture, at most ten times a second, and of nothing else', () => {
    const world = testEngine();
    const seen = watched(world);
    world.clock.advance(500);
    expect(seen.times).toBe(0);
    world.send('go');
    world.clock.advance(100);
    expect(seen.times).toBe(1);
    for (let ms = 0; ms < 300; ms++) {
      world.send(`r${ms}`);
      world.clock.advance(1);
    }
    expect(seen.times).toBe(4);
  });

  test('hear of it although others look as well', () => {
    const world = testEngine();
    const seen = watched(world);
    world.clock.advance(50);
    world.send('go');
    // Somebody else takes the new picture before the listeners' turn.
    world.engine.snapshot();
    world.clock.advance(100);
    expect(seen.times).toBe(1);
  });

  test('that left hear nothing, and nothing ticks for them', () => {
    const world = testEngine();
    const idle = world.clock.waiting;
    const seen = watched(world);
    const twice = watched(world);
    seen.unsubscribe();
    world.send('go').cancel();
    world.clock.advance(100);
    expect([seen.times, twice.times]).toEqual([0, 1]);
    twice.unsubscribe();
    world.clock.advance(100);
    world.provider.call('go').settle();
    expect(world.clock.waiting).toBeLessThanOrEqual(idle + 1);
  });

  test('that throw are told of, and don’t keep it from the others', () => {
    const world = testEngine();
    world.engine.subscribe(() => {
      throw new Error('broken view');
    });
    const seen = watched(world);
    for (let i = 1; i <= 3; i++) {
      world.send(`r${i}`);
      world.clock.advance(100);
      expect(seen.times).toBe(i);
    }
    expect(look(world).log[0]).toMatchObject({ event: 'snapshot listener failed', fields: { message: 'broken view' } });
  });
});

describe('over time', () => {
  test('rates are those of the last second, and their history has sixty', async () => {
    const world = testEngine({ workers: 1, capacity: 1 });
    world.burst(10);
    world.clock.advance(1000);
    expect(look(world).rates).toEqual({ in: 10, out: 6, shed: 6 });
    for (const call of world.provider.open) call.answer('ok');
    await happen();
    world.clock.advance(1000);
    const { rates, throughput } = look(world);
    expect(rates).toEqual({ in: 0, out: 1, shed: 0 });
    expect(throughput.history).toHaveLength(60);
    expect(throughput.history.slice(-2)).toEqual([6, 1]);
    world.clock.advance(70_000);
    expect(look(world).throughput.history).toEqual(new Array(60).fill(0));
  });

  test('latencies are those of what waited, and are forgotten after a minute', async () => {
    const world = testEngine();
    for (let i = 1; i <= 100; i++) {
      world.send('go');
      world.clock.advance(i);
      world.provider.call('go').answer('ok');
      await happen();
    }
    const { latency, stages, providers } = look(world);
    for (const seen of [latency, stages.inference, providers['scripted']!]) {
      expect(seen.p50_ms).toBeCloseTo(50, 0);
      expect(seen.p95_ms / 95).toBeCloseTo(1, 1);
    }
    expect(latency.p99_ms / 99).toBeCloseTo(1, 1);
    expect(Math.max(...latency.history)).toBeGreaterThan(90);
    expect(latency.history).toHaveLength(60);
    world.clock.advance(61_000);
    expect(look(world)).toMatchObject({ latency: { p50_ms: 0, p99_ms: 0, history: new Array(60).fill(0) } });
  });
});

const step = fc.oneof(
  fc.record({ do: fc.constant('send' as const), deadline: fc.constantFrom(undefined, 0, 30), signal: fc.boolean() }),
  fc.record({ do: fc.constantFrom('answer' as const, 'fail' as const, 'cancel' as const), which: fc.nat(100) }),
  fc.record({ do: fc.constant('advance' as const), ms: fc.constantFrom(1, 50, 200) }),
);

test('after whatever traffic the numbers add up', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 50 }), async (script) => {
      const world = testEngine({ workers: 2, capacity: 2, timeoutMs: 150 });
      const sent: ReturnType<World['send']>[] = [];
      for (const one of script) {
        if (one.do === 'send') {
          const fields = one.deadline === undefined ? {} : { deadline_ms: one.deadline };
          sent.push(world.send(prompt(`r${sent.length}`, fields), one.signal ? {} : null));
        } else if (one.do === 'advance') world.clock.advance(one.ms);
        else if (one.do === 'cancel') sent[one.which % Math.max(sent.length, 1)]?.cancel();
        else {
          const call = world.provider.open[one.which % Math.max(world.provider.open.length, 1)];
          if (one.do === 'answer') call?.answer('ok');
          else call?.fail();
        }
        await happen();
      }
      world.clock.advance(100);
      await happen();
      const { totals, stages, providers, dead_letters } = world.engine.snapshot();
      const ended = OUTCOME_STATUSES.reduce((sum, status) => sum + totals[status], 0);
      expect(totals.submitted).toBe(sent.length);
      expect(ended + totals.in_flight).toBe(sent.length);
      for (const status of OUTCOME_STATUSES) {
        expect(totals[status]).toBe(sent.filter((one) => one.status === status).length);
      }
      // Waiting or at work; a slot may also be held for a request that has ended.
      const inside = STAGES.reduce((sum, name) => sum + stages[name].depth + stages[name].busy, 0);
      expect(inside).toBeGreaterThanOrEqual(totals.in_flight);
      for (const [i, name] of STAGES.entries()) {
        expect(stages[name].done).toBeLessThanOrEqual(i === 0 ? totals.submitted : stages[STAGES[i - 1]!].done);
      }
      expect(stages.stream.done).toBe(totals.completed);
      const { calls, ok, errors, in_flight } = providers['scripted']!;
      const failures = Object.values(errors).reduce((sum, count) => sum + count, 0);
      expect(ok).toBe(totals.completed);
      expect(ok + failures + in_flight).toBeLessThanOrEqual(calls);
      expect(in_flight).toBe(stages.inference.busy);
      expect(dead_letters.depth).toBe(totals.shed + totals.expired + totals.failed);
      expect(dead_letters.by_reason).toMatchObject({
        shed: totals.shed,
        expired: totals.expired,
        failed: totals.failed,
      });
    }),
    { numRuns: 150 },
  );
});

test('two engines in one process never meet', async () => {
  const [mine, yours] = [testEngine({ workers: 1, capacity: 1 }), testEngine()];
  const heard: string[] = [];
  yours.engine.events.on('pipeline.dead_lettered', ({ letter }) => heard.push(letter.request.id));
  yours.engine.hook('before:rag', { name: 'mine only', run: () => ({ error: 'yours' }) });
  const before = yours.engine.snapshot();
  mine.burst(10);
  mine.clock.advance(5000);
  mine.provider.call('r0').answer('ok');
  await happen();
  expect(look(mine).totals).toMatchObject({ submitted: 10, completed: 1, failed: 0 });
  yours.clock.advance(100);
  expect(yours.engine.snapshot()).toBe(before);
  expect(heard).toEqual([]);
  await mine.engine.drain(0);
  expect(look(yours).state).toBe('running');
});
