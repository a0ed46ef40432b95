import { expect, test } from 'vitest';
import { Job } from '../../../../src/core/job.ts';
import { bulkheadLayer } from '../../../../src/inference/layers/bulkhead/bulkhead-layer.ts';
import { ProviderRecord } from '../../../../src/inference/provider-record.ts';
import { Semaphore } from '../../../../src/primitives/semaphore.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { prompt } from '../../../support/scripted-provider.ts';
import { happen, testEngine, type World } from '../../../support/test-engine.ts';

const prompts = ({ provider }: World) => provider.open.map((call) => call.prompt);
const picture = ({ engine, clock }: World) => {
  clock.advance(100);
  return engine.snapshot().providers['scripted']!;
};

test('so many calls at once; the others wait in order', async () => {
  const world = testEngine({ provided: { max_concurrent: 2 } });
  const sent = world.burst(4);
  expect(prompts(world)).toEqual(['r0', 'r1']);
  world.provider.call('r1').answer('one');
  await happen();
  expect(prompts(world)).toEqual(['r0', 'r2']);
  world.provider.call('r0').fail();
  world.provider.call('r2').answer('two');
  await happen();
  world.provider.call('r3').answer('three');
  await happen();
  expect(sent.map(({ status }) => status)).toEqual(['failed', 'completed', 'completed', 'completed']);
  world.burst(2, 'later');
  expect(prompts(world)).toEqual(['later0', 'later1']);
});

test('whoever finds no place in time is refused: neither an attempt nor the provider’s failure', async () => {
  const world = testEngine({
    ...{ provided: { max_concurrent: 1 }, timeoutMs: 1000 },
    resilience: { circuit_breaker_threshold: 1, retry_attempts: 1 },
  });
  world.send('first');
  world.clock.advance(500);
  const second = world.send('second');
  world.clock.advance(400);
  world.provider.call('first').answer('ok');
  await happen();
  const third = world.send('third');
  world.provider.call('second').stream('slow');
  world.clock.advance(990);
  await happen();
  expect(second.status).toBe('waiting');
  world.clock.advance(10);
  await happen();
  expect(third.outcomes).toMatchObject([{ status: 'failed', attempts: 0, error: { code: 'provider_busy' } }]);
  expect(third.outcomes[0]!.error!.message).toContain('providers.scripted.max_concurrent');
  expect(picture(world)).toMatchObject({ calls: 2, rejected: { busy: 1 }, breaker: { state: 'closed', failures: 0 } });
});

test('a caller that leaves while it waits leaves its place in the queue', async () => {
  const world = testEngine({ provided: { max_concurrent: 1 } });
  const [, gone] = world.burst(3);
  gone!.cancel();
  await happen();
  world.provider.call('r0').answer('ok');
  await happen();
  expect(prompts(world)).toEqual(['r2']);
});

test('a caller that leaves just as it gets its place gives it back unused', async () => {
  const places = new Semaphore(1);
  const asked: string[] = [];
  const options = { places, name: 'up', longestWaitMs: 1000, clock: new ManualClock(), record: new ProviderRecord() };
  const layer = bulkheadLayer((attempt) => void asked.push(attempt.id), options);
  places.take();
  const call = new Job(prompt('go'), null, null);
  const waits = layer(call);
  places.release();
  expect(places.inUse).toBe(1);
  call.abandon();
  await waits;
  expect([asked, places.inUse, options.clock.waiting]).toEqual([[], 0, 0]);
});

test('when the breaker opens, those who wait are refused, not sent after those who failed', async () => {
  const world = testEngine({
    provided: { max_concurrent: 1 },
    resilience: { circuit_breaker_threshold: 1, retry_attempts: 1 },
  });
  const sent = world.burst(3);
  world.provider.call('r0').fail();
  await happen();
  expect(world.provider.calls).toHaveLength(1);
  expect(sent.slice(1).map(({ outcomes: [one] }) => one?.error?.code)).toEqual(['circuit_open', 'circuit_open']);
});

test('who gets its place too late is not sent', async () => {
  const world = testEngine({ provided: { max_concurrent: 1 } });
  world.send('first');
  const late = world.send(prompt('late', { deadline_ms: 100 }));
  const next = world.send('next');
  // The deadline has passed, but no time-out has looked yet.
  world.clock.work(100);
  world.provider.call('first').answer('ok');
  await happen();
  expect(late.outcomes).toMatchObject([{ status: 'expired', attempts: 0 }]);
  expect(prompts(world)).toEqual(['next']);
  expect(next.status).toBe('waiting');
});
