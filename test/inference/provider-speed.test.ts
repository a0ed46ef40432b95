import { expect, test } from 'vitest';
import { ProviderRecord } from '../../src/inference/provider-record.ts';
import { happen, testEngine, type World } from '../support/test-engine.ts';

const picture = ({ engine, clock }: World) => {
  clock.advance(100);
  return engine.snapshot().providers['scripted']!;
};

test('the first token is the first piece that the provider emits; the rate is that of what follows', async () => {
  const world = testEngine();
  world.send('go');
  const call = world.provider.call('go');
  world.clock.advance(250);
  call.stream('one ');
  world.clock.advance(500);
  call.stream('two ', 'three');
  call.attempt.outputTokens = 100;
  world.clock.advance(500);
  call.answer();
  await happen();
  const { ttft_p50_ms, tokens_per_s, calls, ok } = picture(world);
  expect({ calls, ok, tokens_per_s }).toEqual({ calls: 1, ok: 1, tokens_per_s: 100 });
  expect(ttft_p50_ms / 250).toBeCloseTo(1, 1);
});

test('what was not counted is estimated; a call that said nothing says nothing about speed', async () => {
  const world = testEngine();
  world.send('silent');
  world.clock.advance(1000);
  world.provider.call('silent').fail();
  world.send('go');
  const call = world.provider.call('go');
  call.stream('12345678');
  world.clock.advance(1000);
  call.answer();
  await happen();
  expect(picture(world)).toMatchObject({
    ttft_p50_ms: expect.closeTo(0, 3),
    tokens_per_s: 2,
    errors: { provider_failed: 1 },
  });
});

test('the rate follows what happened last', () => {
  const record = new ProviderRecord();
  for (let i = 0; i < 200; i++) record.spoke(10, 1000, 10);
  for (let i = 0; i < 200; i++) record.spoke(10, 1000, 50);
  expect(record.read('x', 'm', null, 0).tokens_per_s).toBeGreaterThan(45);
});
