import { expect, test } from 'vitest';
import { OrchestratorError } from '../../src/core/errors.ts';
import { allEvents, echoing, eventsOf, type TestServer, testServer } from './support/server.ts';

const post = (server: TestServer, path: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

test('tokens come as the provider says them, between start and done', async () => {
  await using server = await testServer();
  const reply = await post(server, '/api/v1/infer', { prompt: 'a', stream: true, session_id: 's' });
  expect(reply.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const events = eventsOf(reply);
  const start = (await events.next()).value!;
  expect(start).toMatchObject({ event: 'start', data: { session_id: 's' } });
  await expect.poll(() => server.provider.calls.length).toBe(1);
  const call = server.provider.calls[0]!;
  call.stream('one ');
  expect((await events.next()).value).toMatchObject({ event: 'token', data: { text: 'one ' } });
  call.answer('two');
  expect((await events.next()).value).toMatchObject({
    event: 'token',
    data: { text: 'two' },
    id: `${start.data.request_id}:7`,
  });
  const done = (await events.next()).value!;
  expect(done).toMatchObject({
    event: 'done',
    data: { request_id: start.data.request_id, source: 'model', finish_reason: 'stop' },
  });
  expect(done.data.usage.output_tokens).toBeGreaterThan(0);
  expect((await events.next()).done).toBe(true);
});

test.each([
  ['GET', '/v1/stream/sse?input=hello+there', undefined],
  ['POST', '/api/v1/stream', { prompt: 'hello there' }],
  ['POST', '/api/v1/stream?input=hello+there', undefined],
])('%s %s streams an answer', async (method, path, body) => {
  await using server = await testServer({ provider: echoing() });
  const reply = await fetch(`${server.url}${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const events = await allEvents(reply);
  expect(events.map(({ event }) => event)).toEqual(['start', 'token', 'done']);
  expect(events[1]!.data.text).toBe('hello there');
});

test('a provider that fails within its answer ends the stream with a typed error, what had come is not taken back', async () => {
  await using server = await testServer();
  const reply = await post(server, '/api/v1/infer', { prompt: 'a', stream: true });
  const reading = allEvents(reply);
  await expect.poll(() => server.provider.calls.length).toBe(1);
  server.provider.calls[0]!.stream('half an ans').fail(
    new OrchestratorError('upstream_midstream', 'The upstream hung up.'),
  );
  const events = await reading;
  expect(events.map(({ event }) => event)).toEqual(['start', 'token', 'error']);
  expect(events.at(-1)!.data).toMatchObject({
    partial: true,
    error: { code: 'upstream_midstream', source: 'upstream' },
  });
});

test('a client that goes takes its request with it', async () => {
  await using server = await testServer();
  const control = new AbortController();
  const reply = await fetch(`${server.url}/v1/stream/sse?input=a`, { signal: control.signal });
  await eventsOf(reply).next();
  await expect.poll(() => server.provider.calls.length).toBe(1);
  control.abort();
  await expect.poll(() => server.provider.calls[0]!.aborted).toBe(true);
  server.provider.calls[0]!.settle();
  await expect.poll(() => server.engine.snapshot().totals).toMatchObject({ cancelled: 1, in_flight: 0 });
});

test('an accepted answer is read on where a client has stopped', async () => {
  await using server = await testServer();
  const { body } = await server.send('POST', '/api/v1/infer', { prompt: 'a' });
  await expect.poll(() => server.provider.calls.length).toBe(1);
  server.provider.calls[0]!.stream('0123456789');
  const from = (offset: number) =>
    fetch(`${server.url}/v1/stream/sse`, { headers: { 'last-event-id': `${body.request_id}:${offset}` } });
  const live = allEvents(await from(4));
  server.provider.calls[0]!.answer('abc');
  expect(
    (await live)
      .filter(({ event }) => event === 'token')
      .map(({ data }) => data.text)
      .join(''),
  ).toBe('456789abc');
  const stored = await allEvents(await from(10));
  expect(stored.map(({ event, data }) => [event, data.text])).toEqual([
    ['token', 'abc'],
    ['done', undefined],
  ]);
  // One that ended with its client is not started anew by a browser that reconnects.
  const unknown = await fetch(`${server.url}/v1/stream/sse?input=again`, {
    headers: { 'last-event-id': 'req-gone:5' },
  });
  expect(unknown.status).toBe(204);
  expect(server.provider.calls).toHaveLength(1);
});

test('a session is followed, whoever asks in it', async () => {
  await using server = await testServer();
  const reply = await fetch(`${server.url}/v1/stream/sse`, { headers: { 'x-session-id': 'mine' } });
  const events = eventsOf(reply);
  expect((await events.next()).value).toMatchObject({ event: 'following', data: { session_id: 'mine' } });
  void server.send('POST', '/v1/prompt', { input: 'elsewhere', session_id: 'other' });
  const answer = server.send('POST', '/v1/prompt', { input: 'a', session_id: 'mine' });
  await expect.poll(() => server.provider.calls.length).toBe(2);
  server.provider.call('elsewhere').answer('not for you');
  server.provider.call('a').answer('for you');
  const { request_id } = (await answer).body;
  expect((await events.next()).value).toMatchObject({ event: 'token', data: { request_id, text: 'for you' } });
  expect((await events.next()).value).toMatchObject({ event: 'done', data: { request_id, status: 'completed' } });
  await reply.body?.cancel().catch(() => undefined);
});

test('without a prompt and without a session there is nothing to stream', async () => {
  await using server = await testServer();
  const { status, body } = await server.get('/v1/stream/sse');
  expect([status, body.error.param]).toEqual([400, 'X-Session-Id']);
});

test('the snapshot is sent when it changes', async () => {
  await using server = await testServer({ provider: echoing() });
  const events = eventsOf(await fetch(`${server.url}/v1/events`));
  expect((await events.next()).value).toMatchObject({ event: 'snapshot', data: { totals: { submitted: 0 } } });
  await server.send('POST', '/v1/prompt', { input: 'a' });
  for await (const { event, data } of events) {
    expect(event).toBe('snapshot');
    if (data.totals.completed === 1) break;
  }
  expect((await server.get('/v1/snapshot')).body.totals.completed).toBe(1);
});

test('a drain ends streams: answers with their outcome, the others with a word', async () => {
  await using server = await testServer();
  const live = allEvents(await fetch(`${server.url}/v1/events`));
  const answer = allEvents(await post(server, '/api/v1/infer', { prompt: 'a', stream: true }));
  await expect.poll(() => server.provider.calls.length).toBe(1);
  server.server.drain();
  await server.engine.drain(0);
  server.provider.calls[0]!.settle();
  await server.server.close();
  expect((await live).at(-1)).toMatchObject({ event: 'end' });
  expect((await answer).at(-1)).toMatchObject({ event: 'error', data: { error: { code: 'interrupted' } } });
});
