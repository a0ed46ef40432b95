import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect, test } from 'vitest';
import { OrchestratorError } from '../../src/core/errors.ts';
import { apiKeysOf } from '../../src/server/api-keys.ts';
import { echoing, type TestServer, testServer } from './support/server.ts';

const ALICE = { authorization: 'Bearer key-of-alice' };
const BOB = { authorization: 'Bearer key-of-bob' };
const environment = { API_KEY: 'alice:key-of-alice, bob:key-of-bob' };
const reused = { cache: { enabled: true }, deduplication: { enabled: true } };

const ask = (server: TestServer, who: Record<string, string>, body: object, path = '/v1/prompt') =>
  server.send('POST', path, body, who);

test('each key is a tenant: named, or called by its digest, which says nothing and does not depend on its place', () => {
  expect(apiKeysOf('alice:secret, plain ,')).toEqual([
    { tenant: 'alice', key: 'secret' },
    { tenant: expect.stringMatching(/^key-[0-9a-f]{8}$/), key: 'plain' },
  ]);
  expect(apiKeysOf('plain')[0]).toEqual(apiKeysOf('other,plain')[1]);
  expect(apiKeysOf(undefined)).toEqual([]);
});

test('an answer is reused for the tenant it was made for, and for no other', async () => {
  await using server = await testServer({ provider: echoing(), environment, values: reused });
  const sources = [];
  for (const who of [ALICE, ALICE, BOB, BOB]) sources.push((await ask(server, who, { input: 'shared?' })).body.source);
  expect(sources).toEqual(['model', 'cache', 'model', 'cache']);
});

test('requests in flight are not shared across tenants, in any dialect', async () => {
  await using server = await testServer({ environment, values: reused });
  const chat = { model: 'm', messages: [{ role: 'user', content: 'shared?' }] };
  const message = { ...chat, max_tokens: 10 };
  const replies = [
    ask(server, ALICE, chat, '/v1/chat/completions'),
    ask(server, BOB, chat, '/v1/chat/completions'),
    ask(server, ALICE, message, '/v1/messages'),
    ask(server, BOB, message, '/v1/messages'),
  ];
  await expect.poll(() => server.provider.calls.length).toBe(4);
  for (const [at, call] of server.provider.calls.entries()) call.answer(`answer ${at}`);
  expect((await Promise.all(replies)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
});

test('a limit per tenant is one per key', async () => {
  await using server = await testServer({
    provider: echoing(),
    environment,
    values: { rate_limits: { enabled: true, requests_per_second: 1000, burst_capacity: 1000, per_tenant: 1 } },
  });
  const statuses = [];
  for (const who of [ALICE, ALICE, BOB]) statuses.push((await ask(server, who, { input: 'hello' })).status);
  expect(statuses).toEqual([200, 429, 200]);
});

test('accepted requests, jobs and their answers are found by their tenant alone', async () => {
  await using server = await testServer({ provider: echoing(), environment });
  const { request_id } = (await ask(server, ALICE, { prompt: 'mine' }, '/api/v1/infer')).body;
  const { job_id } = (await ask(server, ALICE, { prompts: ['a', 'b'] }, '/api/v1/batch?wait=true')).body;
  const paths = [
    `/api/v1/status/${request_id}`,
    `/api/v1/result/${request_id}`,
    `/api/v1/batch/${job_id}`,
    `/api/v1/batch/${job_id}/progress`,
  ];
  for (const path of paths) {
    expect([path, (await server.get(path, ALICE)).status]).toEqual([path, 200]);
    expect([path, (await server.get(path, BOB)).status]).toEqual([path, 404]);
  }
  const resumed = { 'last-event-id': `${request_id}:0` };
  expect((await server.get('/v1/stream/sse', { ...BOB, ...resumed })).status).toBe(204);
  expect((await server.get('/v1/stream/sse', { ...ALICE, ...resumed })).text).toContain('mine');
  expect((await server.get('/api/v1/results', ALICE)).body.results).toHaveLength(3);
  expect((await server.get('/api/v1/results', BOB)).body.results).toEqual([]);
});

test('two tenants may use the same idempotency key', async () => {
  await using server = await testServer({ provider: echoing(), environment });
  const key = { 'idempotency-key': 'k' };
  const [one, two, again] = [
    await ask(server, { ...ALICE, ...key }, { input: 'of alice' }),
    await ask(server, { ...BOB, ...key }, { input: 'of bob' }),
    await ask(server, { ...ALICE, ...key }, { input: 'of alice' }),
  ];
  expect([one.body.output, two.body.output]).toEqual(['of alice', 'of bob']);
  expect([again.body, again.headers.get('idempotency-key')]).toEqual([one.body, 'k']);
});

test('dead letters are shown to, sent again and removed by their tenant alone', async () => {
  await using server = await testServer({ environment });
  for (const who of [ALICE, BOB]) {
    const reply = ask(server, who, { input: 'fails' });
    await expect.poll(() => server.provider.calls.length).toBe(who === ALICE ? 1 : 2);
    server.provider.calls.at(-1)!.fail(new OrchestratorError('request_rejected', 'No.'));
    await reply;
  }
  const mine = (await server.get('/v1/dlq', ALICE)).body;
  expect([mine.total, mine.dead_letters.length]).toEqual([1, 1]);
  const { id } = mine.dead_letters[0];
  expect((await server.send('DELETE', `/v1/dlq/${id}`, undefined, BOB)).status).toBe(404);
  expect((await server.send('POST', `/v1/dlq/replay/${id}`, undefined, BOB)).status).toBe(404);
  expect((await server.send('DELETE', '/v1/dlq', undefined, BOB)).body).toEqual({ removed: 1 });
  expect((await server.get('/v1/dlq', ALICE)).body.total).toBe(1);
  expect((await server.send('DELETE', '/v1/dlq', undefined, ALICE)).body).toEqual({ removed: 1 });
});

test('a live session is followed by its tenant alone', async () => {
  await using server = await testServer({ provider: echoing(), environment });
  const control = new AbortController();
  const live = (who: Record<string, string>) =>
    fetch(`${server.url}/v1/stream/sse`, { headers: { ...who, 'x-session-id': 's' }, signal: control.signal });
  const [own, others] = [await live(ALICE), await live(BOB)];
  await ask(server, BOB, { input: 'of bob', session_id: 's' });
  await ask(server, ALICE, { input: 'of alice', session_id: 's' });
  const firstToken = async (reply: Response) => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const piece of reply.body!) {
      text += decoder.decode(piece as Uint8Array, { stream: true });
      const token = /event: token\ndata: (.*)\n/.exec(text);
      if (token !== null) return JSON.parse(token[1]!).text;
    }
  };
  expect([await firstToken(own), await firstToken(others)]).toEqual(['of alice', 'of bob']);
  control.abort();
});

test('tools over MCP work for the tenant of the key, and a session is of the key that began it', async () => {
  await using server = await testServer({ provider: echoing(), environment });
  const transport = new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), {
    requestInit: { headers: ALICE },
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test is about
  const call = async (name: string, args: object): Promise<any> => client.callTool({ name, arguments: { ...args } });
  const { structuredContent } = await call('infer', { prompt: 'mine' });
  expect((await server.get(`/api/v1/result/${structuredContent.request_id}`, ALICE)).status).toBe(200);
  expect((await server.get(`/api/v1/result/${structuredContent.request_id}`, BOB)).status).toBe(404);
  const foreign = (await ask(server, BOB, { prompt: 'of bob' }, '/api/v1/infer')).body.request_id;
  expect(await call('get_result', { request_id: foreign })).toMatchObject({ isError: true });
  const stolen = { ...BOB, 'mcp-session-id': transport.sessionId!, accept: 'application/json, text/event-stream' };
  const list = { jsonrpc: '2.0', id: 9, method: 'tools/list' };
  expect((await server.send('POST', '/mcp', list, stolen)).status).toBe(404);
  await client.close();
});

test('one key alone sees everything, and so does whoever needs none', async () => {
  await using server = await testServer({ provider: echoing(), environment: { API_KEY: 'only' } });
  const only = { 'x-api-key': 'only' };
  const { request_id } = (await ask(server, only, { prompt: 'mine' }, '/api/v1/infer')).body;
  expect((await server.get(`/api/v1/result/${request_id}`, only)).body.output).toBe('mine');
});
