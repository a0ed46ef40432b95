import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import WebSocket from 'ws';
import { OrchestratorError } from '../../src/core/errors.ts';
import { echoing, type TestServer, testServer } from './support/server.ts';

/** A client that keeps what it is sent. */
class Client {
  readonly socket: WebSocket;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  readonly frames: any[] = [];

  constructor(server: TestServer, path = '/v1/stream', headers: Record<string, string> = {}) {
    this.socket = new WebSocket(server.url.replace('http', 'ws') + path, { headers });
    this.socket.on('message', (data) => this.frames.push(JSON.parse(String(data))));
    this.socket.on('error', () => undefined);
  }

  async opened(): Promise<this> {
    await once(this.socket, 'open');
    return this;
  }

  send(frame: unknown): void {
    this.socket.send(JSON.stringify(frame));
  }

  of(type: string) {
    return this.frames.filter((frame) => frame.type === type);
  }

  async count(count: number): Promise<void> {
    await expect.poll(() => this.frames.length).toBeGreaterThanOrEqual(count);
  }
}

test.each(['/v1/stream', '/api/v1/ws'])('%s: ack, tokens, complete', async (path) => {
  await using server = await testServer();
  const client = await new Client(server, path).opened();
  client.send({ type: 'prompt', input: 'a', session_id: 's', request_id: 'mine' });
  await expect.poll(() => server.provider.calls.length).toBe(1);
  server.provider.calls[0]!.stream('one ');
  await client.count(2);
  server.provider.calls[0]!.answer('two');
  await client.count(4);
  expect(client.frames.map(({ type }) => type)).toEqual(['ack', 'token', 'token', 'complete']);
  expect(client.frames.every(({ request_id }) => request_id === 'mine')).toBe(true);
  expect(client.of('complete')[0]).toMatchObject({ output: 'one two', session_id: 's', source: 'model' });
});

test('many requests on one socket are told apart, and one of them is cancelled', async () => {
  await using server = await testServer();
  const client = await new Client(server).opened();
  client.send({ prompt: 'a', request_id: 'ra' });
  client.send({ prompt: 'b', request_id: 'rb', stream: false });
  await expect.poll(() => server.provider.calls.length).toBe(2);
  client.send({ type: 'cancel', request_id: 'ra' });
  await expect.poll(() => server.provider.call('a').aborted).toBe(true);
  server.provider.call('a').settle();
  server.provider.call('b').answer('B');
  await expect.poll(() => client.of('complete').length).toBe(1);
  expect(client.of('error')).toEqual([
    expect.objectContaining({ request_id: 'ra', error: expect.objectContaining({ code: 'cancelled' }) }),
  ]);
  expect(client.of('complete')[0]).toMatchObject({ request_id: 'rb', output: 'B' });
  expect(client.of('token')).toEqual([]);
});

test('a failure within the answer is an error frame that says so', async () => {
  await using server = await testServer();
  const client = await new Client(server).opened();
  client.send({ prompt: 'a' });
  await expect.poll(() => server.provider.calls.length).toBe(1);
  server.provider.calls[0]!.stream('half').fail(new OrchestratorError('upstream_midstream', 'Gone.'));
  await expect.poll(() => client.of('error').length).toBe(1);
  expect(client.of('error')[0]).toMatchObject({ partial: true, error: { code: 'upstream_midstream' } });
});

test.each([
  ['/v1/snapshot', 400, 'There is no WebSocket here; /v1/stream or /api/v1/ws has one.'],
  ['/', 400, 'There is no WebSocket here; /v1/stream or /api/v1/ws has one.'],
  ['/v2/nothing', 404, 'There is no GET /v2/nothing.'],
])('an upgrade of %s is refused in plain HTTP', async (path, status, message) => {
  await using server = await testServer();
  const [, reply] = await once(new Client(server, path).socket, 'unexpected-response');
  expect(reply.statusCode).toBe(status);
  expect(await json(reply)).toMatchObject({ error: { message } });
});

test('what is no frame gets an error and leaves the socket open', async () => {
  await using server = await testServer({ provider: echoing() });
  const client = await new Client(server).opened();
  client.socket.send('garbage');
  client.socket.send(Buffer.from([1, 2, 3]));
  client.send({ prompt: 'a', input: 'b' });
  client.send({ prompt: 5, invented: true });
  client.send({ type: 'cancel', request_id: 'nobody' });
  client.send('{"__proto__":{"x":1},"prompt":"a"}');
  await client.count(6);
  expect(client.of('error')).toHaveLength(6);
  client.send({ prompt: 'still here' });
  await expect.poll(() => client.of('complete').length).toBe(1);
});

test('the 61st message within a minute is refused, and the socket closed with 4029', async () => {
  await using server = await testServer({ provider: echoing() });
  const client = await new Client(server).opened();
  const closed = once(client.socket, 'close');
  for (let i = 0; i < 61; i++) client.send({ prompt: `p${i}`, stream: false });
  const [code, reason] = await closed;
  expect([code, String(reason)]).toEqual([4029, 'RATE_LIMITED']);
  expect(client.of('error')).toEqual([
    expect.objectContaining({ error: expect.objectContaining({ code: 'RATE_LIMITED' }) }),
  ]);
  expect(server.engine.snapshot().totals.submitted).toBe(60);
});

test('when the socket goes, so do its requests', async () => {
  await using server = await testServer();
  const client = await new Client(server).opened();
  client.send({ prompt: 'a' });
  await expect.poll(() => server.provider.calls.length).toBe(1);
  client.socket.terminate();
  await expect.poll(() => server.provider.calls[0]!.aborted).toBe(true);
  server.provider.calls[0]!.settle();
});

test('a frame over 1 MiB closes the socket', async () => {
  await using server = await testServer();
  const client = await new Client(server).opened();
  const closed = once(client.socket, 'close');
  client.send({ prompt: 'x'.repeat(1024 * 1024) });
  expect((await closed)[0]).toBe(1009);
});

test('pages of others and callers without the key get no socket', async () => {
  await using server = await testServer({ environment: { API_KEY: 'right' } });
  const status = (headers: Record<string, string>) =>
    new Promise<number | undefined>((resolve) => {
      const { socket } = new Client(server, '/v1/stream', headers);
      socket.on('unexpected-response', (_request, reply) => resolve(reply.statusCode));
      socket.on('open', () => resolve(101));
    });
  expect(await status({})).toBe(401);
  expect(await status({ authorization: 'Bearer right', origin: 'https://evil.example' })).toBe(403);
  expect(await status({ authorization: 'Bearer right', host: 'evil.example' })).toBe(403);
  expect(await status({ authorization: 'Bearer right' })).toBe(101);
});

test('a server that closes says so to its sockets', async () => {
  await using server = await testServer();
  const client = await new Client(server).opened();
  const closed = once(client.socket, 'close');
  await server.engine.drain(0);
  await server.server.close();
  expect((await closed)[0]).toBe(1001);
});
