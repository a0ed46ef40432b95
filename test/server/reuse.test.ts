import { expect, test } from 'vitest';
import { testServer } from './support/server.ts';

test('equal prompts of callers who know nothing of each other are one call; whoever asks for a fresh answer gets one', async () => {
  await using server = await testServer({ values: { deduplication: { enabled: true }, cache: { enabled: true } } });
  const herd = Array.from({ length: 20 }, () => server.send('POST', '/v1/prompt', { input: 'the same' }));
  await expect.poll(() => server.provider.calls.length).toBe(1);
  await expect.poll(() => server.engine.snapshot().totals.in_flight).toBe(20);
  server.provider.calls[0]!.answer('once');
  const sources = (await Promise.all(herd)).map(({ body, headers }) => [
    body.output,
    headers.get('x-orchestrator-source'),
  ]);
  expect(sources.filter(([, source]) => source === 'model')).toHaveLength(1);
  expect(new Set(sources.map(([output]) => output))).toEqual(new Set(['once']));
  expect(server.provider.calls).toHaveLength(1);
  const fresh = server.send('POST', '/v1/prompt', { input: 'the same' }, { 'x-orchestrator-no-cache': 'true' });
  await expect.poll(() => server.provider.calls.length).toBe(2);
  server.provider.calls[1]!.answer('anew');
  expect((await fresh).body.output).toBe('anew');
  const stats = async () => (await server.get('/api/v1/cache/stats')).body;
  await expect.poll(stats).toMatchObject({ enabled: true, hits: 19, entries: 1 });
  expect((await server.get('/metrics')).text).toContain('orchestrator_reuse_avoided_calls_total 19');
  expect((await server.get('/api/v1/debug/dedup-index')).body.enabled).toBe(true);
  expect((await server.send('DELETE', '/api/v1/cache')).body).toEqual({ flushed: 1 });
});
