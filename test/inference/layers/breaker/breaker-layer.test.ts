import { expect, test } from 'vitest';
import { happen, testEngine, type World } from '../../../support/test-engine.ts';

const worldWith = (circuit_breaker_threshold: number): World =>
  testEngine({ resilience: { circuit_breaker_threshold, circuit_breaker_probes: 1, retry_attempts: 1 } });

async function fail({ send, provider }: World, id: string): Promise<void> {
  send(id);
  provider.call(id).fail();
  await happen();
}

/** What a request is told that is sent now. */
const refusal = ({ send }: World, id: string) => {
  const { error } = send(id).outcomes[0]!;
  return [error!.message, error!.retryAfterMs];
};

test('a refused request hears why, and when the provider is asked again', async () => {
  const world = worldWith(2);
  await fail(world, 'one');
  await fail(world, 'two');
  world.clock.advance(500);
  expect(refusal(world, 'open')).toEqual([
    'Provider scripted is not asked for now (2 failures in a row, the last provider_failed): it is probed in 60 s.',
    59_500,
  ]);
  world.clock.advance(59_500);
  world.send('probe');
  expect(refusal(world, 'beside')).toEqual([
    'Provider scripted is not asked for now (2 failures in a row, the last provider_failed): it is being probed.',
    1000,
  ]);
});

test('one that was tripped by hand says so, and names no time', () => {
  const world = worldWith(2);
  world.engine.breakers.trip('scripted', 'maintenance');
  expect(refusal(world, 'open')).toEqual([
    'Provider scripted is not asked for now (maintenance): until its breaker is reset.',
    undefined,
  ]);
});

test('nor does it blame the failures before that', async () => {
  const world = worldWith(3);
  await fail(world, 'one');
  await fail(world, 'two');
  world.engine.breakers.trip('scripted', 'maintenance');
  expect(refusal(world, 'open')[0]).toContain('(maintenance): until its breaker is reset.');
});

test('a single failure is one', async () => {
  const world = worldWith(1);
  await fail(world, 'one');
  expect(refusal(world, 'open')[0]).toContain('(1 failure: provider_failed): it is probed in 60 s.');
});

test('an answer takes back what had failed before it', async () => {
  const world = worldWith(2);
  await fail(world, 'one');
  world.send('well');
  world.provider.call('well').answer('ok');
  await happen();
  await fail(world, 'two');
  expect(world.engine.breakers.list()).toMatchObject([{ state: 'closed', failures: 1 }]);
});
