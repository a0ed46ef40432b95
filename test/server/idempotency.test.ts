import { expect, test } from 'vitest';
import { OrchestratorError } from '../../src/core/errors.ts';
import { echoing, testServer } from './support/server.ts';

const keyed = (key: string) => ({ 'idempotency-key': key });

test('the same key gives the same outcome, and runs once', async () => {
  await using server = await testServer({ provider: echoing() });
  const first = await server.send('POST', '/v1/prompt', { input: 'a' }, keyed('k'));
  const again = await server.send('POST', '/v1/prompt', { input: 'a' }, keyed('k'));
  expect(first.headers.get('idempotent-replayed')).toBe(null);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(again.body).toEqual(first.body);
  expect(server.engine.snapshot().totals.submitted).toBe(1);
});

test('those that come at once join: one call, one outcome', async () => {
  await using server = await testServer();
  const answers = Array.from({ length: 10 }, () => server.send('POST', '/v1/prompt', { input: 'a' }, keyed('k')));
  await expect.poll(() => server.provider.calls.length).toBe(1);
  server.provider.calls[0]!.answer('once');
  const replies = await Promise.all(answers);
  expect(new Set(replies.map(({ body }) => body.request_id)).size).toBe(1);
  expect(replies.map(({ body }) => body.output)).toEqual(replies.map(() => 'once'));
  expect(server.provider.calls).toHaveLength(1);
});

test('the same key with another request is a conflict', async () => {
  await using server = await testServer({ provider: echoing() });
  await server.send('POST', '/v1/prompt', { input: 'a' }, keyed('k'));
  const other = await server.send('POST', '/v1/prompt', { input: 'b' }, keyed('k'));
  expect([other.status, other.body.error.code]).toEqual([409, 'idempotency_conflict']);
  const elsewhere = await server.send('POST', '/api/v1/infer', { prompt: 'a' }, keyed('k'));
  expect(elsewhere.status).toBe(409);
});

test('a failure is an outcome, too: it is told again and not tried again', async () => {
  await using server = await testServer();
  const answer = server.send('POST', '/v1/prompt', { input: 'a' }, keyed('k'));
  await expect.poll(() => server.provider.calls.length).toBe(1);
  server.provider.calls[0]!.fail(new OrchestratorError('request_rejected', 'No.'));
  expect((await answer).status).toBe(400);
  const again = await server.send('POST', '/v1/prompt', { input: 'a' }, keyed('k'));
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([400, 'true']);
  expect(server.provider.calls).toHaveLength(1);
});

test('a request that was refused before it was tried gives its key back', async () => {
  await using server = await testServer({ values: { stages: { inference: { inference_workers: 1 } } } });
  const blocker = server.send('POST', '/v1/prompt', { input: 'in the way' });
  await expect.poll(() => server.provider.calls.length).toBe(1);
  const headers = { ...keyed('k'), 'x-orchestrator-deadline-ms': '20' };
  const late = await server.send('POST', '/v1/prompt', { input: 'a' }, headers);
  expect([late.status, late.headers.get('idempotency-key')]).toEqual([504, null]);
  server.provider.calls[0]!.answer('out');
  await blocker;
  const answer = server.send('POST', '/v1/prompt', { input: 'a' }, keyed('k'));
  await expect.poll(() => server.provider.calls.length).toBe(2);
  server.provider.calls[1]!.answer('now');
  const reply = await answer;
  expect([reply.body.output, reply.headers.get('idempotency-key')]).toEqual(['now', 'k']);
});

test('a client that goes leaves its keyed request running, and whoever comes with the key gets the outcome', async () => {
  await using server = await testServer();
  const control = new AbortController();
  const gone = fetch(`${server.url}/v1/prompt`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...keyed('k') },
    body: '{"input":"a"}',
    signal: control.signal,
  }).catch((thrown) => thrown);
  await expect.poll(() => server.provider.calls.length).toBe(1);
  control.abort();
  await gone;
  const answer = server.send('POST', '/v1/prompt', { input: 'a' }, keyed('k'));
  server.provider.calls[0]!.answer('kept');
  expect((await answer).body.output).toBe('kept');
  expect(server.provider.calls).toHaveLength(1);
});

test('accepting twice under one key gives one request, one job', async () => {
  await using server = await testServer({ provider: echoing() });
  const [one, two] = [
    await server.send('POST', '/api/v1/infer', { prompt: 'a' }, keyed('i')),
    await server.send('POST', '/api/v1/infer', { prompt: 'a' }, keyed('i')),
  ];
  expect([one.status, two.status, two.body.request_id]).toEqual([202, 202, one.body.request_id]);
  const [batch, same] = [
    await server.send('POST', '/api/v1/batch', { prompts: ['a', 'b'] }, keyed('b')),
    await server.send('POST', '/api/v1/batch', { prompts: ['a', 'b'] }, keyed('b')),
  ];
  expect(same.body.job_id).toBe(batch.body.job_id);
  expect(server.engine.snapshot().totals.submitted).toBe(3);
});

test('a key that is none is refused', async () => {
  await using server = await testServer();
  const { status, body } = await server.send('POST', '/v1/prompt', { input: 'a' }, keyed('with space'));
  expect([status, body.error.param]).toEqual([400, 'Idempotency-Key']);
});
