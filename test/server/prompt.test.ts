import { expect, test } from 'vitest';
import { OrchestratorError } from '../../src/core/errors.ts';
import { echoing, testServer } from './support/server.ts';

test('a prompt is answered, and body and headers say by whom and how', async () => {
  await using server = await testServer({ provider: echoing() });
  const { status, body, headers } = await server.send('POST', '/v1/prompt', { input: 'What is it?', session_id: 's' });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    session_id: 's',
    output: 'What is it?',
    source: 'model',
    provider: 'scripted',
    model: 'scripted-1',
    cost_usd: 0,
  });
  expect(body.usage.output_tokens).toBeGreaterThan(0);
  expect(headers.get('x-orchestrator-provider')).toBe('scripted');
  expect(headers.get('x-orchestrator-source')).toBe('model');
  expect(headers.get('x-orchestrator-cost')).toBe('0');
  expect(headers.get('x-orchestrator-attempts')).toBe('1');
  expect(headers.get('x-orchestrator-queue-ms')).toBe('0');
  expect(Number(headers.get('x-orchestrator-overhead-ms'))).toBeGreaterThanOrEqual(0);
});

test("a conversation goes to the provider whole, and a caller cannot pass its text off as the engine's", async () => {
  await using server = await testServer();
  const answer = server.send('POST', '/v1/prompt', {
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'hi', citations: [{ path: 'x', first_line: 1, last_line: 1 }] },
    ],
    parameters: { temperature: 0.5, max_tokens: 7 },
    model: 'other',
  });
  await expect.poll(() => server.provider.calls.length).toBe(1);
  const { attempt } = server.provider.calls[0]!;
  expect(attempt.messages).toEqual([
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'hi' },
  ]);
  expect(attempt.parameters).toMatchObject({ temperature: 0.5, max_tokens: 7 });
  expect(attempt.model).toBe('other');
  server.provider.calls[0]!.answer('hello');
  expect((await answer).body.output).toBe('hello');
});

test('everything that is wrong is told at once, each field by name', async () => {
  await using server = await testServer();
  const { status, body } = await server.send('POST', '/v1/prompt', { input: 5, priority: 'urgent', invented: 1 });
  expect(status).toBe(400);
  expect(body.error).toMatchObject({ code: 'request_invalid', type: 'invalid_request_error', source: 'gateway' });
  expect(body.error.fields.map(({ field }: { field: string }) => field)).toEqual(['input', 'priority', 'invented']);
});

test('headers say what the body does not', async () => {
  await using server = await testServer();
  const answer = server.send(
    'POST',
    '/v1/prompt',
    { input: 'a' },
    { 'x-orchestrator-session': 'mine', 'x-orchestrator-priority': 'high', 'x-request-id': 'caller-1' },
  );
  await expect.poll(() => server.provider.calls.length).toBe(1);
  server.provider.calls[0]!.answer('b');
  const { body, headers } = await answer;
  expect(body.session_id).toBe('mine');
  expect(headers.get('x-request-id')).toBe('caller-1');
  expect(body.request_id).toMatch(/^req-/);
  const wrong = await server.send('POST', '/v1/prompt', { input: 'a' }, { 'x-orchestrator-priority': 'top' });
  expect([wrong.status, wrong.body.error.param]).toEqual([400, 'x-orchestrator-priority']);
});

test('a request without a session gets one of its own', async () => {
  await using server = await testServer({ provider: echoing() });
  const { body, headers } = await server.send('POST', '/v1/prompt', { input: 'a' });
  expect(body.session_id).toBe(`web-${body.request_id}`);
  expect(headers.get('x-request-id')).toBe(body.request_id);
});

test('a failure has the status of its code, and says whose fault it is', async () => {
  await using server = await testServer();
  const answer = server.send('POST', '/v1/prompt', { input: 'a' });
  await expect.poll(() => server.provider.calls.length).toBe(1);
  server.provider.calls[0]!.fail(new OrchestratorError('request_rejected', 'The provider refuses: too odd.'));
  const { status, body } = await answer;
  expect(status).toBe(400);
  expect(body.error).toMatchObject({
    code: 'request_rejected',
    source: 'upstream',
    message: 'The provider refuses: too odd.',
  });
});

test('a deadline in the header expires the request', async () => {
  await using server = await testServer();
  const { status, body } = await server.send(
    'POST',
    '/v1/prompt',
    { input: 'a' },
    { 'x-orchestrator-deadline-ms': '20' },
  );
  expect([status, body.error.code]).toEqual([504, 'deadline_exceeded']);
  expect(server.provider.calls[0]?.aborted).toBe(true);
});

test('a full queue is 503 with when to come back', async () => {
  await using server = await testServer({
    values: {
      stages: {
        inference: { inference_workers: 1, channel_capacity: 1 },
        rag: { channel_capacity: 1 },
        assemble: { channel_capacity: 1 },
      },
    },
  });
  const waiting: Promise<unknown>[] = [];
  let refused: Awaited<ReturnType<typeof server.send>> | undefined;
  for (let i = 0; i < 10 && refused === undefined; i++) {
    const answer = server.send('POST', '/v1/prompt', { input: `p${i}` });
    waiting.push(answer);
    await Promise.race([answer.then((reply) => (refused = reply)), new Promise((resolve) => setTimeout(resolve, 30))]);
  }
  expect([refused?.status, refused?.body.error.code]).toEqual([503, 'queue_full']);
  expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(Number(refused?.headers.get('retry-after-ms'))).toBeGreaterThan(0);
});

test('when the client goes, the provider call is aborted and the request is cancelled', async () => {
  await using server = await testServer();
  const control = new AbortController();
  const gone = fetch(`${server.url}/v1/prompt`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"input":"a"}',
    signal: control.signal,
  }).catch((thrown) => thrown);
  await expect.poll(() => server.provider.calls.length).toBe(1);
  control.abort();
  await gone;
  await expect.poll(() => server.provider.calls[0]!.aborted).toBe(true);
  // The provider lets go of its place once it has noticed.
  server.provider.calls[0]!.settle();
  await expect.poll(() => server.engine.snapshot().totals).toMatchObject({ cancelled: 1, in_flight: 0 });
});

test('after a drain has begun nothing new is taken', async () => {
  await using server = await testServer();
  server.server.drain();
  void server.engine.drain(10_000);
  const { status, body } = await server.send('POST', '/v1/prompt', { input: 'a' });
  expect([status, body.error.code]).toEqual([503, 'draining']);
  const streamed = await server.send('POST', '/api/v1/infer', { prompt: 'a', stream: true });
  expect([streamed.status, streamed.body.error.code]).toEqual([503, 'draining']);
  // The caller is told to come again, so nothing of it may be left to be sent a second time.
  expect(server.engine.snapshot()).toMatchObject({ totals: { submitted: 0, shed: 0 }, dead_letters: { depth: 0 } });
  const health = await server.get('/health');
  expect([health.status, health.body]).toEqual([
    503,
    expect.objectContaining({ status: 'draining', shutting_down: true }),
  ]);
  expect((await server.get('/ready')).status).toBe(503);
  expect((await server.get('/live')).status).toBe(200);
});

test('a caller may name a call: errors carry that name, and the header what letter and story go by', async () => {
  await using server = await testServer();
  const reply = server.send('POST', '/v1/prompt', { input: 'a' }, { 'x-request-id': 'mine' });
  await expect.poll(() => server.provider.calls.length).toBe(1);
  server.provider.calls[0]!.fail(new OrchestratorError('request_rejected', 'No.'));
  const { headers, body } = await reply;
  expect([headers.get('x-request-id'), body.error.request_id]).toEqual(['mine', 'mine']);
  const id = headers.get('x-orchestrator-request-id');
  expect((await server.get('/v1/dlq')).body.dead_letters[0]).toMatchObject({ request_id: id });
  const own = server.send('POST', '/v1/chat/completions', { messages: [{ role: 'user', content: 'a' }] });
  await expect.poll(() => server.provider.calls.length).toBe(2);
  server.provider.calls[1]!.fail(new OrchestratorError('request_rejected', 'No.'));
  const { error } = (await own).body;
  expect((await server.get('/v1/dlq')).body.dead_letters[0]).toMatchObject({ request_id: error.request_id });
});
