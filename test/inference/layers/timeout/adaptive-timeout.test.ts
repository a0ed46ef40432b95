import { expect, test } from 'vitest';
import { AdaptiveTimeout } from '../../../../src/inference/layers/timeout/adaptive-timeout.ts';
import { happen, testEngine } from '../../../support/test-engine.ts';

const after = (samples: readonly number[], minMs = 1, maxMs = 10_000) => {
  const adaptive = new AdaptiveTimeout(minMs, maxMs);
  for (const ms of samples) adaptive.record(ms);
  return adaptive.limitMs;
};

test('is as configured until there were enough', () => {
  expect(after(new Array(19).fill(100))).toBe(10_000);
  expect(after(new Array(20).fill(100))).toBe(200);
});

test('looks at the last hundred', () => {
  const slowThenFast = [...new Array(500).fill(1000), ...new Array(100).fill(10)];
  expect(after(slowThenFast)).toBe(20);
});

test('leaves out the slowest twentieth', () => {
  const few = [...new Array(95).fill(100), ...new Array(5).fill(4000)];
  expect(after(few)).toBe(200);
  expect(after([...few, 4000])).toBe(8000);
});

test('stays within its bounds', () => {
  expect(after(new Array(20).fill(1), 500)).toBe(500);
  expect(after(new Array(20).fill(9000), 1, 10_000)).toBe(10_000);
});

test('a provider that has become slower is given up, and then given more time', async () => {
  const world = testEngine({ timeoutMs: 60_000, adaptiveMinMs: 10 });
  const call = async (takesMs: number) => {
    const sent = world.send('go');
    world.clock.advance(takesMs);
    world.provider.call('go').answer('ok');
    await happen();
    return sent.outcomes[0]!;
  };
  for (let i = 0; i < 100; i++) expect((await call(100)).status).toBe('completed');
  expect(await call(230)).toMatchObject({
    error: {
      code: 'provider_timeout',
      message: expect.stringContaining('200 ms (stages.inference.adaptive_timeout_min_ms)'),
    },
  });
  for (let i = 0; i < 6; i++) await call(300);
  expect((await call(300)).status).toBe('completed');
});

test('while too little is known, the limit that is told is the one that holds', async () => {
  const world = testEngine({ timeoutMs: 300, adaptiveMinMs: 10 });
  const sent = world.send('go');
  world.clock.advance(330);
  await happen();
  expect(sent.outcomes[0]!.error!.message).toContain('300 ms (stages.inference.timeout_ms)');
});
