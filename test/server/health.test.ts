import { expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import type { Storage } from '../../src/storage/contract.ts';
import { DeadLetterStore } from '../../src/storage/dead-letters.ts';
import { claimOwnership } from '../../src/storage/owners.ts';
import { freshDirectory, storageIn } from '../storage/support/world.ts';
import { prompt } from '../support/scripted-provider.ts';
import { echoing, testServer } from './support/server.ts';

test('health tells stages, breakers and what waits, from the one snapshot', async () => {
  await using server = await testServer({ provider: echoing() });
  await server.send('POST', '/v1/prompt', { input: 'a' });
  const { status, body } = await server.get('/v1/health');
  expect(status).toBe(200);
  expect(body).toMatchObject({
    status: 'healthy',
    version: '0.0.0-test',
    shutting_down: false,
    dead_letter_queue_depth: 0,
    circuit_breaker: { state: 'Closed', failure_count: 0, next_probe_in_secs: null },
  });
  expect(Object.keys(body.stages)).toEqual(['rag', 'assemble', 'inference', 'post_process', 'stream']);
  expect(body.stages.inference).toMatchObject({ depth: 0, capacity: 1024, busy: 0 });
});

test('health counts the dead letters that other processes have put into the store, or taken out', async () => {
  const storage = await storageIn(await freshDirectory());
  const owner = await claimOwnership(storage, { clock: systemClock, id: 'own-one' });
  await using server = await testServer({ store: { storage, owner } });
  const elsewhere = new DeadLetterStore(storage);
  // A count that takes too long is left out, so it is asked for again; the snapshot alone would need five seconds.
  const depth = async () => (await server.get('/health')).body.dead_letter_queue_depth;
  await expect.poll(depth).toBe(0);
  await elsewhere.add({ request: prompt('a'), reason: 'failed', error: null, attempts: 1, hops: 0, at: 0 });
  await expect.poll(depth).toBe(1);
  await elsewhere.purge();
  await expect.poll(depth).toBe(0);
  await owner.release();
});

test.each(['fails', 'hangs'])('health is told when the store %s', async (how) => {
  const storage = await storageIn(await freshDirectory());
  const owner = await claimOwnership(storage, { clock: systemClock, id: 'own-one' });
  let broken = false;
  const read = (...args: Parameters<Storage['read']>) => {
    if (!broken) return storage.read(...args);
    return how === 'fails' ? Promise.reject(new Error('no disk')) : new Promise(() => undefined);
  };
  const ailing = new Proxy(storage, {
    get: (target, name) =>
      name === 'read' ? read : (Reflect.get(target, name, target)?.bind?.(target) ?? Reflect.get(target, name, target)),
  });
  await using server = await testServer({ store: { storage: ailing, owner } });
  broken = true;
  expect((await server.get('/health')).body).toMatchObject({ status: 'healthy', dead_letter_queue_depth: 0 });
  await owner.release();
});

test('a tripped breaker shows everywhere, and a reset closes it', async () => {
  await using server = await testServer({ provider: echoing() });
  const tripped = await server.send('POST', '/v1/circuit-breaker/scripted/trip', { reason: 'maintenance' });
  expect(tripped.body.circuit_breakers).toEqual([
    expect.objectContaining({ provider: 'scripted', state: 'open', reason: 'maintenance' }),
  ]);
  const health = await server.get('/health');
  expect([health.status, health.body.status, health.body.circuit_breaker.state]).toEqual([503, 'unavailable', 'Open']);
  expect((await server.get('/ready')).status).toBe(503);
  const refused = await server.send('POST', '/v1/prompt', { input: 'a' });
  expect([refused.status, refused.body.error.code, refused.body.error.source]).toEqual([
    503,
    'circuit_open',
    'gateway',
  ]);
  expect((await server.get('/metrics')).text).toContain(
    'orchestrator_inference_breaker_state{provider="scripted",state="open"} 1',
  );
  await server.send('POST', '/v1/circuit-breaker/reset');
  await expect.poll(async () => (await server.get('/health')).status).toBe(200);
  expect((await server.send('POST', '/v1/circuit-breaker/nobody/reset')).status).toBe(404);
  expect((await server.get('/v1/circuit-breakers')).body.circuit_breakers[0].state).toBe('closed');
});

test('dead letters are listed, exported, sent again and removed', async () => {
  await using server = await testServer();
  const lose = async (input: string): Promise<void> => {
    await server.send('POST', '/v1/prompt', { input }, { 'x-orchestrator-deadline-ms': '5' });
  };
  await lose('first');
  await lose('second');
  const { body } = await server.get('/v1/dlq');
  expect(body).toMatchObject({ total: 2, by_reason: { expired: 2 } });
  expect(
    body.dead_letters.map(
      (letter: { request: { messages: { content: string }[] } }) => letter.request.messages[0]!.content,
    ),
  ).toEqual(['second', 'first']);
  const lines = (await server.get('/api/v1/debug/dlq?format=ndjson')).text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ reason, sha256 }) => [reason, typeof sha256])).toEqual([
    ['expired', 'string'],
    ['expired', 'string'],
  ]);
  const { request_id } = body.dead_letters[0];
  const replayed = await server.send('POST', `/v1/dlq/replay/${request_id}`);
  expect([replayed.status, replayed.body]).toEqual([202, { replayed: 1, request_id }]);
  // It has its deadline still, and leaves another letter in a moment.
  await expect.poll(() => server.engine.snapshot().dead_letters.replay.failed).toBe(1);
  expect((await server.send('POST', '/v1/dlq/replay/req-nobody')).status).toBe(404);
  expect((await server.send('DELETE', `/v1/dlq/${body.dead_letters[1].request_id}`)).body).toEqual({ removed: 1 });
  expect((await server.send('DELETE', '/v1/dlq')).status).toBe(200);
  expect((await server.get('/v1/dlq')).body.total).toBe(0);
});

test('the pipeline and the providers are told as the snapshot has them', async () => {
  await using server = await testServer({ provider: echoing() });
  await server.send('POST', '/v1/prompt', { input: 'a' });
  await expect.poll(async () => (await server.get('/v1/providers')).body.providers.scripted.calls).toBe(1);
  const status = (await server.get('/api/v1/pipeline/status')).body;
  expect(status).toMatchObject({ state: 'running', totals: { completed: 1 } });
  expect((await server.get('/api/v1/plugins')).body).toEqual({ plugins: [] });
  expect((await server.send('PATCH', '/api/v1/plugins/none/enable')).status).toBe(404);
});

test('the page needs nothing from elsewhere, and only itself may run on it', async () => {
  await using server = await testServer();
  const page = await server.get('/');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const linked = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!);
  expect(linked).toEqual(['/page.css', '/page.js']);
  for (const path of linked) expect((await server.get(path)).status).toBe(200);
  expect(page.text).not.toMatch(/<script>|style=|onclick/);
});
