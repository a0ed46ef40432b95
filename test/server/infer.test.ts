import { expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import { claimOwnership } from '../../src/storage/owners.ts';
import { freshDirectory, storageIn } from '../storage/support/world.ts';
import { echoing, testServer } from './support/server.ts';

test('202 means committed: the request is found by its id at once, and its result as soon as there is one', async () => {
  await using server = await testServer();
  const accepted = await server.send('POST', '/api/v1/infer', {
    prompt: 'a',
    session_id: 's',
    metadata: { user: 'u' },
  });
  expect([accepted.status, accepted.body.status, accepted.body.session_id]).toEqual([202, 'processing', 's']);
  const id = accepted.body.request_id;
  expect((await server.get(`/api/v1/status/${id}`)).body).toMatchObject({ request_id: id, status: 'processing' });
  const result = server.get(`/api/v1/result/${id}`);
  await expect.poll(() => server.provider.calls.length).toBe(1);
  server.provider.calls[0]!.answer('done');
  expect((await result).body).toMatchObject({ request_id: id, status: 'completed', output: 'done' });
  expect((await server.get(`/api/v1/status/${id}`)).body.status).toBe('completed');
});

test('a result that is not there in time is 408, an unknown one 404, an id that is none 400', async () => {
  await using server = await testServer();
  const { body } = await server.send('POST', '/api/v1/infer', { prompt: 'a' });
  const late = await server.get(`/api/v1/result/${body.request_id}?timeout_secs=0.02`);
  expect([late.status, late.body.error.code]).toEqual([408, 'not_finished']);
  expect((await server.get('/api/v1/result/req-nobody')).status).toBe(404);
  expect((await server.get('/api/v1/status/..%2f..%2fetc')).status).toBe(400);
});

test("a result is the outcome's own error", async () => {
  await using server = await testServer();
  const { body } = await server.send('POST', '/api/v1/infer', { prompt: 'a' });
  await expect.poll(() => server.provider.calls.length).toBe(1);
  server.provider.calls[0]!.fail(new OrchestratorError('context_length_exceeded', 'Too long.'));
  const result = await server.get(`/api/v1/result/${body.request_id}`);
  expect([result.status, result.body.error.code]).toEqual([400, 'context_length_exceeded']);
});

test('bounds of the document: metadata, deadlines, prompt', async () => {
  await using server = await testServer();
  const post = (more: object) => server.send('POST', '/api/v1/infer', { prompt: 'x', ...more });
  const pairs = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, 'v']));
  expect((await post({ metadata: pairs(50) })).status).toBe(202);
  expect((await post({ metadata: pairs(51) })).status).toBe(400);
  expect((await post({ metadata: { ['k'.repeat(129)]: 'v' } })).status).toBe(400);
  expect((await post({ metadata: { k: 'ü'.repeat(513) } })).status).toBe(400);
  expect((await post({ timeout_seconds: 3601 })).body.error).toMatchObject({
    code: 'out_of_range',
    param: 'timeout_seconds',
  });
  expect((await post({ deadline_secs: 604_801 })).status).toBe(422);
  expect((await server.send('POST', '/api/v1/infer', { session_id: 's' })).status).toBe(400);
});

test('results are listed newest first, page by page, by session and by how they ended', async () => {
  await using server = await testServer({ provider: echoing() });
  for (const prompt of ['a', 'b', 'c']) await server.send('POST', '/api/v1/infer', { prompt, session_id: 's' });
  await server.send('POST', '/api/v1/infer', { prompt: 'other', session_id: 't' });
  await expect.poll(() => server.engine.snapshot().totals.completed).toBe(4);
  const page = (await server.get('/api/v1/results?session_id=s&limit=2')).body;
  expect(page.results.map(({ output }: { output: string }) => output)).toEqual(['c', 'b']);
  const rest = (await server.get(`/api/v1/results?session_id=s&limit=2&cursor=${page.next_cursor}`)).body;
  expect(rest.results.map(({ output }: { output: string }) => output)).toEqual(['a']);
  expect(rest.next_cursor).toBe(null);
  expect((await server.get('/api/v1/results?filter=failed')).body.results).toEqual([]);
  expect((await server.get('/api/v1/results?filter=completed')).body.results).toHaveLength(4);
  expect((await server.get('/api/v1/results?limit=201')).status).toBe(422);
});

test('a batch comes back in the order it was given, however its parts end, so many at a time', async () => {
  await using server = await testServer();
  const job = server.send('POST', '/api/v1/batch?wait=true', { prompts: ['a', 'b', 'c'], max_concurrency: 2 });
  await expect.poll(() => server.provider.calls.length).toBe(2);
  server.provider.call('b').fail(new OrchestratorError('request_rejected', 'No b.'));
  await expect.poll(() => server.provider.calls.length).toBe(3);
  server.provider.call('c').answer('C');
  server.provider.call('a').answer('A');
  const { body, status } = await job;
  expect([status, body.status, body.completed, body.failed, body.progress]).toEqual([200, 'completed', 2, 1, 100]);
  expect(body.results.map(({ index, status }: { index: number; status: string }) => [index, status])).toEqual([
    [0, 'completed'],
    [1, 'failed'],
    [2, 'completed'],
  ]);
  expect(body.results[1].error).toMatchObject({ code: 'request_rejected', source: 'upstream' });
});

test('a job is accepted at once, and told how far it is', async () => {
  await using server = await testServer();
  const { status, body } = await server.send('POST', '/api/v1/batch', { prompts: ['a', 'b'] });
  expect([status, body.total]).toEqual([202, 2]);
  await expect.poll(() => server.provider.calls.length).toBe(2);
  server.provider.call('a').answer('A');
  const progress = async () => (await server.get(`/api/v1/batch/${body.job_id}/progress`)).body;
  await expect.poll(async () => (await progress()).completed).toBe(1);
  expect(await progress()).toMatchObject({ status: 'processing', total: 2, progress: 50 });
  expect((await server.get(`/api/v1/batch/${body.job_id}`)).body.results[1]).toMatchObject({ status: 'processing' });
  expect((await server.get('/api/v1/batch/job-nobody')).status).toBe(404);
  expect((await server.send('POST', '/api/v1/batch', { prompts: [] })).status).toBe(400);
  expect((await server.send('POST', '/api/v1/batch', { prompts: Array(101).fill('x') })).status).toBe(400);
});

test('the prompts of a job that had not begun when the service was told to stop wait for the next one', async () => {
  await using server = await testServer();
  const { body } = await server.send('POST', '/api/v1/batch', { prompts: ['a', 'b', 'c'], max_concurrency: 1 });
  await expect.poll(() => server.provider.calls.length).toBe(1);
  server.server.drain();
  const drained = server.engine.drain(10_000);
  server.provider.call('a').answer('A');
  await drained;
  await expect
    .poll(async () => (await server.get(`/api/v1/batch/${body.job_id}`)).body.results.map(statusOf))
    .toEqual(['completed', 'processing', 'processing']);
  expect(server.engine.snapshot()).toMatchObject({ totals: { submitted: 1 }, dead_letters: { depth: 0 } });
});

const statusOf = ({ status }: { status: string }): string => status;

test('what a server accepted and did not live to answer is answered by the next one', async () => {
  const storage = await storageIn(await freshDirectory());
  const gone = await claimOwnership(storage, { clock: systemClock, id: 'own-first' });
  const first = await testServer({ store: { storage, owner: gone } });
  const { body } = await first.send('POST', '/api/v1/infer', { prompt: 'a' });
  await expect.poll(() => first.provider.calls.length).toBe(1);
  // Its process is gone; nothing it still does is written.
  await gone.release();
  const owner = await claimOwnership(storage, { clock: systemClock, id: 'own-second' });
  await using second = await testServer({ store: { storage, owner }, provider: echoing() });
  const result = await second.get(`/api/v1/result/${body.request_id}`);
  expect(result.body).toMatchObject({ request_id: body.request_id, output: 'a' });
  first.provider.calls[0]!.answer('too late');
  await expect.poll(() => first.engine.snapshot().totals).toMatchObject({ failed: 1 });
  expect((await second.get(`/api/v1/result/${body.request_id}`)).body.output).toBe('a');
  await first.engine.drain(0);
  await first.server.close();
  await owner.release();
});

test('what another process works on is told to be open at once: it cannot say when it ends', async () => {
  const storage = await storageIn(await freshDirectory());
  const [one, other] = [
    await claimOwnership(storage, { clock: systemClock, id: 'own-one' }),
    await claimOwnership(storage, { clock: systemClock, id: 'own-other' }),
  ];
  await using first = await testServer({ store: { storage, owner: one } });
  await using second = await testServer({ store: { storage, owner: other } });
  const { body } = await first.send('POST', '/api/v1/infer', { prompt: 'a' });
  const result = await second.get(`/api/v1/result/${body.request_id}?timeout_secs=600`);
  expect([result.status, result.body.error.code]).toEqual([408, 'not_finished']);
  await expect.poll(() => first.provider.calls.length).toBe(1);
  first.provider.calls[0]!.answer('done');
  await expect.poll(async () => (await second.get(`/api/v1/result/${body.request_id}`)).body.output).toBe('done');
  await one.release();
  await other.release();
});
