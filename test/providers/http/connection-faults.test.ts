import { type AddressInfo, createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { systemClock } from '../../../src/core/clock.ts';
import { ask, askOnce, Call, providerOf } from '../../support/provider-call.ts';
import { ToxicProxy } from '../../support/toxic-proxy.ts';
import { json, reset, Upstream } from '../../support/upstream.ts';
import { answer, at, openAi, turn, until } from '../openai-answer.ts';

/** The machine's clock, some time later: connections have been idle for that long. */
function laterClock() {
  let laterMs = 0;
  const pass = (ms: number): void => {
    laterMs += ms;
  };
  return { ...systemClock, now: () => systemClock.now() + laterMs, pass };
}

test('fault 14: a connection that was closed for being idle costs one more try, over a new one', async () => {
  await using upstream = await Upstream.start([answer, reset, answer]);
  const clock = laterClock();
  const provider = providerOf('open_ai', { ...at(upstream), clock });
  expect((await ask(provider)).error).toBeNull();
  await turn();
  await turn();
  clock.pass(1000);
  const job = await ask(provider);
  provider.close?.();
  expect(job).toMatchObject({ error: null, text: 'one two three' });
  expect(upstream.received.map(({ connection }) => connection)).toEqual([0, 0, 1]);
});

test('fault 14: the second try is the last, and a new connection has none', async () => {
  await using upstream = await Upstream.start([answer, reset, reset, reset]);
  const clock = laterClock();
  const provider = providerOf('open_ai', { ...at(upstream), clock });
  await ask(provider);
  await turn();
  await turn();
  clock.pass(1000);
  expect((await ask(provider)).error?.code).toBe('provider_unavailable');
  expect(upstream.received).toHaveLength(3);
  expect((await ask(provider)).error?.code).toBe('provider_unavailable');
  expect(upstream.received).toHaveLength(4);
  provider.close?.();
});

test('fault 14: a reset of a connection that was busy a moment ago is a failure, and nothing is sent again', async () => {
  await using upstream = await Upstream.start([answer, reset, answer]);
  const provider = providerOf('open_ai', at(upstream));
  await ask(provider);
  await turn();
  await turn();
  expect((await ask(provider)).error?.code).toBe('provider_unavailable');
  expect(upstream.received).toHaveLength(2);
  provider.close?.();
});

test('fault 14: once a byte came back, nothing is sent again', async () => {
  await using upstream = await Upstream.start([
    answer,
    (response) => {
      response.socket?.write('HTTP/1.1 200 OK\r\n');
      setImmediate(() => response.socket?.resetAndDestroy());
    },
    answer,
  ]);
  const clock = laterClock();
  const provider = providerOf('open_ai', { ...at(upstream), clock });
  await ask(provider);
  await turn();
  await turn();
  clock.pass(1000);
  expect((await ask(provider)).error).not.toBeNull();
  expect(upstream.received).toHaveLength(2);
  provider.close?.();
});

test('fault 14: connections that all closed while idle are made anew without a word', async () => {
  await using upstream = await Upstream.start(answer);
  await using proxy = await ToxicProxy.before(upstream.port);
  const provider = providerOf('open_ai', at(proxy));
  expect((await ask(provider)).error).toBeNull();
  proxy.cut();
  expect((await ask(provider)).error).toBeNull();
  provider.close?.();
  expect(upstream.received).toHaveLength(2);
});

test('many calls at once have a connection each, and keep them', async () => {
  await using upstream = await Upstream.start(answer);
  const provider = providerOf('open_ai', at(upstream));
  const round = async () => {
    const jobs = await Promise.all(Array.from({ length: 16 }, () => ask(provider)));
    expect(jobs.every(({ error, text }) => error === null && text === 'one two three')).toBe(true);
    for (let i = 0; i < 4; i++) await turn();
  };
  await round();
  await round();
  await round();
  provider.close?.();
  expect(upstream.connections).toBeLessThanOrEqual(20);
});

test('many calls that are taken back at once are all let go of', async () => {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.resume());
    socket.on('error', () => undefined).on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const provider = providerOf('open_ai', { base_url: `http://127.0.0.1:${port}/v1` });
  const calls = Array.from({ length: 100 }, () => new Call(provider, 'hi'));
  await expect.poll(() => open.size).toBe(100);
  for (const call of calls) call.cancel();
  await Promise.all(calls.map(({ done }) => done));
  await expect.poll(() => open.size).toBe(0);
  provider.close?.();
  server.close();
});

test('a provider that is down', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const job = await askOnce('open_ai', { base_url: `http://127.0.0.1:${port}/v1` });
  expect(job.error).toMatchObject({ code: 'provider_unavailable', message: expect.stringContaining('ECONNREFUSED') });
});

test('a closed provider takes nothing more, and lets go of its connections', async () => {
  await using upstream = await Upstream.start(json(200, openAi.whole('x')));
  const provider = providerOf('open_ai', at(upstream));
  await ask(provider);
  provider.close?.();
  await turn();
  expect((await ask(provider)).error?.code).toBe('draining');
  await until(() => upstream.closed === upstream.connections);
});

test('a refusal does not cost the connection', async () => {
  await using upstream = await Upstream.start(json(429, { error: { message: 'later' } }));
  const provider = providerOf('open_ai', at(upstream));
  for (let i = 0; i < 3; i++) {
    expect((await ask(provider)).error?.code).toBe('provider_rate_limited');
    await turn();
    await turn();
  }
  provider.close?.();
  expect(upstream.connections).toBe(1);
});
