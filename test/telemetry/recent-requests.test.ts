import { expect, test } from 'vitest';
import { prompt } from '../support/scripted-provider.ts';
import { happen, testEngine } from '../support/test-engine.ts';

test('what is in flight: where it is, whether it waits, and for how long', () => {
  const world = testEngine({ workers: 1 });
  world.send({ ...prompt('first'), id: 'a', session: 'ada', priority: 'high' });
  world.clock.advance(200);
  world.send({ ...prompt('second'), id: 'b' });
  world.clock.advance(50);
  const { at, in_flight, open, ended } = world.engine.requests();
  expect([in_flight, ended]).toEqual([2, []]);
  expect(open).toMatchObject([
    {
      ...{ id: 'a', session: 'ada', priority: 'high', status: 'working', stage: 'inference' },
      ...{ accepted_at: at - 250, ended_at: null, total_ms: 250, queued_ms: 0, provider: 'scripted', attempts: 1 },
    },
    {
      ...{ id: 'b', session: null, priority: 'normal', status: 'waiting', stage: 'inference' },
      ...{ accepted_at: at - 50, total_ms: 50, queued_ms: 50, provider: null, attempts: 0 },
    },
  ]);
});

test('what has ended, newest first, with its times and its error', async () => {
  const world = testEngine({ workers: 1, capacity: { rag: 1, assemble: 1, inference: 1 } });
  const sent = world.burst(5, 'r');
  world.clock.advance(300);
  world.provider.call('r0').answer('yes');
  await happen();
  world.clock.advance(100);
  sent[1]!.cancel();
  const { at, ended } = world.engine.requests();
  expect(ended[0]).toMatchObject({ status: 'cancelled', ended_at: at, total_ms: 400, queued_ms: 300 });
  expect(ended[1]).toMatchObject({
    ...{ status: 'completed', source: 'model', total_ms: 300, queued_ms: 0, ended_at: at - 100 },
    ...{ provider: 'scripted', model: 'scripted-1', attempts: 1, error: null },
  });
  // It ended at once, so nobody timed it: that is said, and not made up.
  expect(ended.at(-1)).toMatchObject({
    ...{ status: 'shed', total_ms: null, queued_ms: null, accepted_at: null, ended_at: at - 400 },
    error: { code: 'queue_full' },
  });
});

test('requests that run straight through leave nothing, but for the sample', () => {
  const world = testEngine({ provider: { name: 'fast', kind: 'fast', model: 'm', run: ({ emit: _ }) => undefined } });
  for (let i = 0; i < 2048; i++) world.send(`q${i}`);
  expect(world.engine.snapshot().totals.completed).toBe(2048);
  expect(world.engine.requests().ended.length).toBeLessThan(16);
});

test('a thousand are kept, and none of their texts', () => {
  const world = testEngine({ workers: 1, capacity: { rag: 1, assemble: 1, inference: 1 } });
  for (let i = 0; i < 1500; i++) world.send({ ...prompt('unmistakable'), id: `q${i}` });
  const { ended, in_flight } = world.engine.requests();
  expect(ended).toHaveLength(1000);
  expect([ended[0]!.id, in_flight]).toEqual(['q1499', 4]);
  expect(JSON.stringify(ended)).not.toContain('unmistakable');
});
