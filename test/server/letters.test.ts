import { expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { Storage } from '../../src/storage/contract.ts';
import { claimOwnership } from '../../src/storage/owners.ts';
import { freshDirectory, storageIn } from '../storage/support/world.ts';
import { echoing, type TestServer, testServer } from './support/server.ts';

const KEPT = { 'x-orchestrator-no-dead-letter': 'true' };
const keyed = (key: string) => ({ 'idempotency-key': key });
const one = { stages: { inference: { inference_workers: 1 } } };
const soon = { 'x-orchestrator-deadline-ms': '20' };

const letters = async (server: TestServer): Promise<number> => (await server.get('/v1/dlq')).body.total;

/** A server whose one worker is at work until `free` is called. */
async function busy(storage?: Storage) {
  const owner =
    storage === undefined ? null : await claimOwnership(storage, { clock: systemClock, id: `own-${Math.random()}` });
  const server = await testServer({
    values: one,
    store: owner === null ? null : { storage: storage!, owner },
  });
  const blocker = server.send('POST', '/v1/prompt', { input: 'in the way' });
  await expect.poll(() => server.provider.calls.length).toBe(1);
  return {
    server,
    release: () => owner?.release(),
    async free() {
      server.provider.calls[0]!.answer('out');
      await blocker;
    },
  };
}

test('a request that was lost leaves one letter, also when its caller was told', async () => {
  const { server, free } = await busy();
  await using _ = server;
  const chat = { model: 'm', messages: [{ role: 'user', content: 'a' }] };
  expect((await server.send('POST', '/v1/prompt', { input: 'a' }, soon)).status).toBe(504);
  expect((await server.send('POST', '/v1/chat/completions', chat, soon)).status).toBe(504);
  expect((await server.send('POST', '/v1/chat/completions', { ...chat, stream: true }, soon)).status).toBe(504);
  expect(await letters(server)).toBe(3);
  await free();
});

test('a caller who keeps the request asks for no letter, on every way', async () => {
  const { server, free } = await busy();
  await using _ = server;
  const chat = { model: 'm', messages: [{ role: 'user', content: 'a' }] };
  const headers = { ...soon, ...KEPT };
  for (const [path, body] of [
    ['/v1/prompt', { input: 'a' }],
    ['/v1/chat/completions', chat],
    ['/v1/chat/completions', { ...chat, stream: true }],
    ['/v1/messages', { ...chat, max_tokens: 5 }],
    ['/api/v1/stream', { prompt: 'a' }],
    ['/api/v1/infer', { prompt: 'a', stream: true }],
    ['/api/v1/infer', { prompt: 'a' }],
    ['/api/v1/batch?wait=true', { prompts: ['a'] }],
  ] as const) {
    await server.send('POST', path, body, headers);
  }
  await expect.poll(() => server.engine.snapshot().totals.expired).toBe(8);
  expect(await letters(server)).toBe(0);
  const { status, body } = await server.send(
    'POST',
    '/v1/prompt',
    { input: 'a' },
    { ...KEPT, [Object.keys(KEPT)[0]!]: 'x' },
  );
  expect([status, body.error.param]).toEqual([400, 'x-orchestrator-no-dead-letter']);
  await free();
});

test("a keyed request that was not tried is its caller's again: it gives its key back, and leaves no letter", async () => {
  const { server, free } = await busy();
  await using _ = server;
  const late = await server.send('POST', '/v1/prompt', { input: 'a' }, { ...keyed('k'), ...soon });
  expect([late.status, await letters(server)]).toEqual([504, 0]);
  await free();
  const again = server.send('POST', '/v1/prompt', { input: 'a' }, keyed('k'));
  await expect.poll(() => server.provider.calls.length).toBe(2);
  server.provider.calls[1]!.fail(new OrchestratorError('request_rejected', 'No.'));
  // That was tried: the key stands for it, and it is in the letters.
  expect([(await again).status, await letters(server)]).toEqual([400, 1]);
});

test('what was promised with 202 is a letter when it is lost, and its key stands for it', async () => {
  const { server, free } = await busy();
  await using _ = server;
  const accepted = await server.send('POST', '/api/v1/infer', { prompt: 'a' }, { ...keyed('k'), ...soon });
  const { request_id } = accepted.body;
  expect((await server.get(`/api/v1/result/${request_id}`)).status).toBe(504);
  expect(await letters(server)).toBe(1);
  const again = await server.send('POST', '/api/v1/infer', { prompt: 'a' }, keyed('k'));
  expect([again.body.request_id, again.headers.get('idempotent-replayed')]).toEqual([request_id, 'true']);
  await free();
});

test('a service that stops leaves what it accepted and did not begin to the next one: no letter, and nothing is lost', async () => {
  const storage = await storageIn(await freshDirectory());
  const { server: first, release } = await busy(storage);
  const waits = first.send('POST', '/v1/prompt', { input: 'waits' }, keyed('k'));
  const accepted = await first.send('POST', '/api/v1/infer', { prompt: 'accepted' });
  await expect.poll(() => first.engine.snapshot().totals.in_flight).toBe(3);
  first.server.drain();
  await first.engine.drain(0);
  const told = await waits;
  expect([told.status, told.body.error.code]).toEqual([503, 'draining']);
  expect(first.engine.deadLetters.depth).toBe(1); // The one that was being worked on.
  await first.server.close();
  await release();
  const owner = await claimOwnership(storage, { clock: systemClock, id: 'own-next' });
  await using second = await testServer({ store: { storage, owner }, provider: echoing(), seed: 2 });
  expect((await second.get(`/api/v1/result/${accepted.body.request_id}`)).body.output).toBe('accepted');
  const joined = await second.send('POST', '/v1/prompt', { input: 'waits' }, keyed('k'));
  expect([joined.body.output, joined.headers.get('idempotent-replayed')]).toEqual(['waits', 'true']);
  expect(second.engine.snapshot().totals.submitted).toBe(2);
  await owner.release();
});

test('a keyed request that is committed in the moment in which the service stops is kept for the next one', async () => {
  const storage = await storageIn(await freshDirectory());
  const owner = await claimOwnership(storage, { clock: systemClock, id: 'own-first' });
  let drain = (): void => undefined;
  // The service is told to stop while the write is on its way.
  const slow: Storage = new Proxy(storage, {
    get: (target, name) =>
      name === 'write'
        ? async (statements: Parameters<Storage['write']>[0]) => {
            const written = await target.write(statements);
            if (statements.some(({ sql }) => sql.startsWith('INSERT INTO accepted_requests'))) drain();
            return written;
          }
        : (Reflect.get(target, name, target)?.bind?.(target) ?? Reflect.get(target, name, target)),
  });
  const first = await testServer({ store: { storage: slow, owner }, provider: echoing() });
  drain = () => {
    first.server.drain();
    void first.engine.drain(0);
  };
  const told = await first.send('POST', '/v1/prompt', { input: 'a' }, keyed('k'));
  expect([told.status, told.body.error.code]).toEqual([503, 'draining']);
  expect(first.engine.deadLetters.depth).toBe(0);
  await first.server.close();
  await owner.release();
  const next = await claimOwnership(storage, { clock: systemClock, id: 'own-next' });
  await using second = await testServer({ store: { storage, owner: next }, provider: echoing(), seed: 2 });
  const reply = await second.send('POST', '/v1/prompt', { input: 'a' }, keyed('k'));
  expect([reply.body.output, second.engine.snapshot().totals.submitted]).toEqual(['a', 1]);
  await next.release();
});
