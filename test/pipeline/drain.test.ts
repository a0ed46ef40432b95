import { expect, test } from 'vitest';
import { happen, testEngine, type World } from '../support/test-engine.ts';

/** Starts a drain; the answer says whether it has ended. */
function drain({ engine }: World, graceMs: number): { ended: boolean } {
  const drain = { ended: false };
  void engine.drain(graceMs).then(() => {
    drain.ended = true;
  });
  return drain;
}

test('an idle engine stops at once', async () => {
  const world = testEngine();
  await world.engine.drain(10_000);
  expect(world.engine.snapshot().state).toBe('stopped');
  expect(world.clock.waiting).toBe(0);
});

test('what is in flight is waited for', async () => {
  const world = testEngine({ workers: 1 });
  const sent = world.burst(2);
  const drained = drain(world, 10_000);
  expect(world.engine.snapshot().state).toBe('draining');
  world.clock.advance(5000);
  world.provider.call('r0').answer('0');
  await happen();
  expect(drained.ended).toBe(false);
  world.provider.call('r1').answer('1');
  await happen();
  expect(sent.map((one) => one.status)).toEqual(['completed', 'completed']);
  expect(drained.ended).toBe(true);
});

test('after the grace what is left is interrupted, whole, and goes to the dead letters', async () => {
  const world = testEngine({ workers: 1, capacity: 1 });
  const sent = world.burst(4);
  const aborted = () => world.provider.call('r0').aborted;
  const drained = drain(world, 1000);
  world.clock.advance(999);
  expect(sent.map((one) => one.status)).toEqual(['waiting', 'waiting', 'waiting', 'waiting']);
  expect(aborted()).toBe(false);
  world.clock.advance(1);
  await happen();
  for (const one of sent) {
    expect(one.outcomes).toMatchObject([{ status: 'failed', error: { code: 'interrupted' } }]);
    expect(one.job.timing).toEqual({ totalMs: 1000, queuedMs: one === sent[0] ? 0 : 1000 });
  }
  expect(aborted()).toBe(true);
  expect(drained.ended).toBe(true);
  expect(world.engine.deadLetters.list().map((letter) => [letter.reason, letter.request])).toEqual(
    expect.arrayContaining(sent.map((one) => ['interrupted', one.request])),
  );
  expect(world.engine.snapshot().dead_letters.by_reason).toMatchObject({ interrupted: 4 });
});

test('whoever comes late is shed', () => {
  const world = testEngine();
  const early = world.send('early');
  drain(world, 1000);
  expect(world.send('late').outcomes).toMatchObject([{ status: 'shed', error: { code: 'draining' } }]);
  expect(early.status).toBe('waiting');
  expect(world.engine.deadLetters.list()).toMatchObject([{ reason: 'shed', request: { id: 'late' } }]);
});

test('a second drain with less time shortens the first', async () => {
  const world = testEngine();
  const one = world.send('one');
  const first = drain(world, 60_000);
  world.clock.advance(100);
  const second = drain(world, 0);
  expect(one.outcomes).toMatchObject([{ error: { code: 'interrupted' } }]);
  await happen();
  expect([first.ended, second.ended]).toEqual([true, true]);
  await world.engine.drain(5);
  expect(world.engine.snapshot().state).toBe('stopped');
});

test('what had not begun to wait when the time was over does not wait either', async () => {
  const world = testEngine();
  let drained = { ended: false };
  world.engine.hook('before:inference', {
    name: 'stop',
    run: () => {
      drained = drain(world, 0);
    },
  });
  expect(world.send('one').outcomes).toMatchObject([{ status: 'failed', error: { code: 'interrupted' } }]);
  await happen();
  expect(drained.ended).toBe(true);
  expect(world.provider.call('one').aborted).toBe(true);
});

test('a provider that never settles does not hold up the end', async () => {
  const world = testEngine({ timeoutMs: 1_000_000 });
  world.send('one').cancel();
  await world.engine.drain(1000);
  expect(world.engine.snapshot().state).toBe('stopped');
});
