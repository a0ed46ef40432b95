import { describe, expect, test } from 'vitest';
import { OUTCOME_STATUSES } from '../../src/core/outcome.ts';
import { STAGES } from '../../src/pipeline/stages.ts';
import { happen, testEngine } from '../support/test-engine.ts';
import { look } from './look.ts';

describe('a reset', () => {
  test('counts anew; what is in flight stays counted, and dead letters stay', async () => {
    const world = testEngine({ workers: 2, capacity: 2 });
    world.burst(12);
    world.provider.call('r0').answer('ok');
    world.provider.call('r1').fail();
    await happen();
    world.clock.advance(1000);
    const before = look(world);
    expect(before.totals).toMatchObject({ completed: 1, failed: 1 });
    world.engine.reset();
    world.clock.advance(100);
    const after = look(world);
    const { in_flight } = before.totals;
    expect(after.totals).toEqual({ ...zeroes, submitted: in_flight, in_flight });
    expect(after.providers['scripted']).toMatchObject({ calls: 2, ok: 0, errors: {}, in_flight: 2, p95_ms: 0 });
    expect(STAGES.map((name) => after.stages[name].done)).toEqual([0, 0, 0, 0, 0]);
    expect(after.stages.inference).toMatchObject({ p50_ms: 0, history: new Array(60).fill(0), busy: 2 });
    expect(after.throughput.history).toEqual(new Array(60).fill(0));
    expect(after.dead_letters).toEqual(before.dead_letters);
    for (const call of world.provider.open) call.answer('ok');
    await happen();
    world.clock.advance(1000);
    const later = look(world);
    expect(later.totals).toMatchObject({ submitted: in_flight, completed: 2 });
    expect(later.stages.stream.done).toBe(2);
    expect(later.rates).toEqual({ in: 0, out: 2, shed: 0 });
  });

  test('leaves the rates of the second it falls into true', () => {
    const world = testEngine({ workers: 1, capacity: 1 });
    world.burst(10);
    world.clock.advance(500);
    world.engine.reset();
    world.burst(2, 's');
    world.clock.advance(500);
    expect(look(world).rates).toEqual({ in: 12, out: 8, shed: 8 });
  });
});

test('requests that were lost are told in the log, once a second', async () => {
  const world = testEngine({ workers: 1, capacity: 1 });
  world.burst(10);
  world.provider.call('r0').fail();
  await happen();
  world.clock.advance(1000);
  expect(look(world).log).toMatchObject([
    { level: 'warn', event: 'requests shed', fields: { requests: 6 } },
    { level: 'warn', event: 'requests failed', fields: { requests: 1 } },
  ]);
  world.clock.advance(10_000);
  expect(look(world).log).toHaveLength(2);
});

const zeroes = Object.fromEntries(OUTCOME_STATUSES.map((status) => [status, 0]));
