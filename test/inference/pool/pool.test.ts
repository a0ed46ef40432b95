import { describe, expect, test } from 'vitest';
import { EwmaController } from '../../../src/inference/pool/ewma.ts';
import { KalmanController, ScalarKalman } from '../../../src/inference/pool/kalman.ts';
import { Pool, type PoolChange } from '../../../src/inference/pool/pool.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { happen, testEngine } from '../../support/test-engine.ts';

const document = { alpha: 0.2, scaleUp: 0.7, scaleDown: 0.2, step: 1, cooldown: 10 };

describe('ewma', () => {
  const advice = (fills: readonly number[], controller = new EwmaController(document)) =>
    fills.map((depth) => {
      const { change } = controller.observe({ depth, capacity: 1 });
      if (change !== 0) controller.applied();
      return change;
    });

  test('grows when the queue stays full, one step a cooldown', () => {
    const changes = advice(new Array<number>(30).fill(1));
    expect(changes.flatMap((change, i) => (change === 0 ? [] : [i]))).toEqual([9, 19, 29]);
    expect(new Set(changes)).toEqual(new Set([0, 1]));
  });

  test('shrinks when it stays empty, and does nothing in between', () => {
    expect(advice(new Array<number>(10).fill(0)).at(-1)).toBe(-1);
    expect(advice(new Array<number>(60).fill(0.5)).slice(20)).toEqual(new Array(40).fill(0));
  });

  test('a spike is no load', () => {
    expect(
      advice([...new Array<number>(15).fill(0.3), 1, ...new Array<number>(5).fill(0.3)]).every((c) => c <= 0),
    ).toBe(true);
  });
});

describe('kalman', () => {
  test('comes to the true depth in 5 to 10 looks', () => {
    const filter = new ScalarKalman();
    const seen = Array.from({ length: 10 }, () => filter.update(100));
    expect(seen[4]).toBeGreaterThan(80);
    expect(seen[9]).toBeGreaterThan(95);
  });

  test('a single spike moves it by less than a third', () => {
    const filter = new ScalarKalman();
    for (let i = 0; i < 20; i++) filter.update(10);
    expect(filter.update(110)).toBeLessThan(10 + 100 / 3);
  });

  const settings = { scaleUp: 50, scaleDown: 5, latencyMs: 500, step: 1, cooldownMs: 15_000 };
  const settled = (depth: number, latencyMs: number) => {
    const controller = new KalmanController(settings);
    let last = controller.observe({ depth, latencyMs, now: 0 });
    for (let now = 500; now < 20_000; now += 500) last = controller.observe({ depth, latencyMs, now });
    return { controller, last };
  };

  test('grows only when depth and latency are high, by more the deeper the queue', () => {
    expect(settled(100, 400).last.change).toBe(0);
    expect(settled(40, 900).last.change).toBe(0);
    expect(settled(60, 900).last.change).toBe(1);
    expect(settled(500, 900).last.change).toBe(10);
    expect(settled(2, 900).last.change).toBe(-1);
  });

  test('waits for its cooldown after a change', () => {
    const { controller } = settled(100, 900);
    controller.applied(20_000);
    expect(controller.observe({ depth: 100, latencyMs: 900, now: 34_999 }).change).toBe(0);
    expect(controller.observe({ depth: 100, latencyMs: 900, now: 35_000 }).change).toBe(2);
  });
});

describe('a pool', () => {
  function pool(change: number, sample: { workers: number; busy: number }) {
    const clock = new ManualClock();
    const made: PoolChange[] = [];
    const current = { depth: 0, capacity: 10, latencyMs: 0, ...sample };
    const controller = { name: 'test', observe: () => ({ change, reason: 'because' }), applied: () => undefined };
    const one = new Pool(
      controller,
      { minWorkers: 2, maxWorkers: 8, intervalMs: 500 },
      {
        clock,
        sample: () => current,
        resize: (workers) => {
          current.workers = workers;
        },
        onChange: (made_) => made.push(made_),
      },
    );
    one.start();
    return { clock, made, current, one };
  }

  test('stays within its bounds, whatever the controller says', () => {
    const up = pool(5, { workers: 4, busy: 4 });
    up.clock.advance(5000);
    expect(up.current.workers).toBe(8);
    const down = pool(-5, { workers: 4, busy: 0 });
    down.clock.advance(5000);
    expect(down.current.workers).toBe(2);
    expect(down.made).toEqual([{ from: 4, to: 2, reason: 'because' }]);
    expect(pool(0, { workers: 64, busy: 0 }).made).toMatchObject([{ from: 64, to: 8 }]);
  });

  test('takes nobody away who would be missed', () => {
    const { clock, current } = pool(-1, { workers: 6, busy: 5 });
    clock.advance(5000);
    expect(current.workers).toBe(6);
    current.busy = 4;
    clock.advance(500);
    expect(current.workers).toBe(5);
  });

  test('stops', () => {
    const { clock, one, current } = pool(1, { workers: 2, busy: 2 });
    one.stop();
    clock.advance(5000);
    expect(current.workers).toBe(2);
  });
});

test('in the engine: more workers start what waits at once, and the snapshot tells', async () => {
  const world = testEngine({
    workers: 2,
    capacity: { inference: 10 },
    configure: (config) =>
      void Object.assign(config.pool, { controller: 'ewma', scale_step: 3, cooldown_observations: 5 }),
  });
  const resized: PoolChange[] = [];
  world.engine.events.on('inference.pool_resized', (change) => resized.push(change));
  world.burst(12);
  expect(world.provider.open).toHaveLength(2);
  world.clock.advance(6000);
  await happen();
  expect(resized[0]).toMatchObject({ from: 2, to: 5 });
  expect(world.provider.open.length).toBeGreaterThanOrEqual(5);
  expect(world.engine.snapshot().pool).toMatchObject({
    controller: 'ewma',
    workers: world.provider.open.length,
    min: 2,
    max: 256,
  });
  expect(world.engine.snapshot().pool!.recent[0]).toMatchObject({
    ...{ from: 2, to: 5, reason: expect.stringContaining('full on average') },
  });
  const { recent, changes, workers } = world.engine.snapshot().pool!;
  expect(recent).toHaveLength(changes);
  expect(recent.map(({ from }) => from)).toEqual([2, ...recent.slice(0, -1).map(({ to }) => to)]);
  expect(recent.at(-1)).toMatchObject({ to: workers, at: expect.any(Number) });
  expect(world.engine.snapshot().log.map(({ event }) => event)).toContain('pool resized');
  const { waiting } = world.clock;
  await Promise.all([
    world.engine.drain(0),
    happen().then(() => {
      for (const call of world.provider.open) call.settle();
    }),
  ]);
  expect(world.clock.waiting).toBeLessThan(waiting);
});
