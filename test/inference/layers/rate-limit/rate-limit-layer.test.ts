import { expect, test } from 'vitest';
import { prompt } from '../../../support/scripted-provider.ts';
import { happen, testEngine, type World } from '../../../support/test-engine.ts';

const asked = ({ provider }: World) => provider.calls.length;

async function pass(world: World, ms: number): Promise<void> {
  world.clock.advance(ms);
  await happen();
}

test('so many calls a second; the others wait for their turn, in order', async () => {
  const world = testEngine({ provided: { max_rps: 10 } });
  world.burst(4);
  expect(asked(world)).toBe(1);
  await pass(world, 99);
  expect(asked(world)).toBe(1);
  await pass(world, 1);
  await pass(world, 200);
  expect(world.provider.calls.map((call) => call.prompt)).toEqual(['r0', 'r1', 'r2', 'r3']);
});

test('a tenth of a second’s worth may come at once', () => {
  const world = testEngine({ provided: { max_rps: 100 } });
  world.burst(50);
  expect(asked(world)).toBe(10);
});

test('whoever would wait for longer than a call may take is refused, and told when there is room', async () => {
  const world = testEngine({ provided: { max_rps: 1 }, timeoutMs: 2500, resilience: { retry_attempts: 3 } });
  const sent = world.burst(4);
  expect(sent[3]!.outcomes).toMatchObject([
    { status: 'failed', attempts: 0, error: { code: 'provider_busy', retryAfterMs: 3000, exitCode: 6 } },
  ]);
  world.clock.advance(100);
  expect(world.engine.snapshot().providers['scripted']).toMatchObject({
    ...{ rejected: { busy: 1 }, retries: 0, breaker: { failures: 0 } },
  });
});

test('nobody waits beyond the deadline', () => {
  const world = testEngine({ provided: { max_rps: 1 } });
  world.send('first');
  const sent = world.send(prompt('late', { deadline_ms: 900 }));
  expect(sent.outcomes).toMatchObject([{ status: 'failed', error: { code: 'provider_busy' } }]);
});

test('a caller that leaves gives its turn back', async () => {
  const world = testEngine({ provided: { max_rps: 10 } });
  const [, gone] = world.burst(2);
  gone!.cancel();
  await happen();
  world.send('next');
  await pass(world, 100);
  expect(world.provider.calls.map((call) => call.prompt)).toEqual(['r0', 'next']);
});

test('a turn that is given up in the middle passes: nobody gets the time of another', async () => {
  const world = testEngine({ provided: { max_rps: 10 } });
  const [, gone] = world.burst(4);
  gone!.cancel();
  await happen();
  world.send('next');
  await pass(world, 300);
  expect(world.provider.calls.map((call) => call.prompt)).toEqual(['r0', 'r2', 'r3']);
  await pass(world, 100);
  expect(asked(world)).toBe(4);
});

test('whose turn comes after its deadline is not sent', async () => {
  const world = testEngine({ provided: { max_rps: 10 } });
  world.send('first');
  const late = world.send(prompt('late', { deadline_ms: 100 }));
  await pass(world, 100);
  expect(late.outcomes).toMatchObject([{ status: 'expired', attempts: 0 }]);
  expect(asked(world)).toBe(1);
});
