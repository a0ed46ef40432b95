import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { CAPS } from '../../../src/providers/http/limits.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { ask, askOnce, Call, providerOf } from '../../support/provider-call.ts';
import { ToxicProxy } from '../../support/toxic-proxy.ts';
import { body, events, json, reset, stream, Upstream } from '../../support/upstream.ts';
import { answerOf, FLAVOURS } from '../flavours.ts';

const openAi = FLAVOURS[0]!;
const ANSWER = answerOf(openAi, ['one ', 'two ', 'three']);
const answer = events(ANSWER.join(''));
const turn = () => new Promise((resolve) => setImmediate(resolve));
const until = async (ready: () => boolean): Promise<void> => {
  while (!ready()) await turn();
};
const at = (host: { readonly url: string }) => ({ base_url: `${host.url}/v1` });

/** Names that resolve to what the test says. */
const lookingUp = (...addresses: readonly string[]) => {
  const asked: string[] = [];
  const lookup = async (host: string) => {
    asked.push(host);
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return { asked, lookup };
};
const failing = (code: string) => async () => {
  throw Object.assign(new Error(`getaddrinfo ${code} api.example.com`), { code });
};

test('fault 5: between two tokens time is measured, and nothing else: under a virtual clock', async () => {
  const clock = new ManualClock();
  await using upstream = await Upstream.start(stream([...ANSWER.slice(0, 2), ': alive\n\n'], 'hang'));
  const provider = providerOf('open_ai', {
    ...at(upstream),
    clock,
    idle_timeout_ms: 9000,
    first_token_timeout_ms: 90_000,
  });
  const call = new Call(provider, 'hi');
  await call.came(1);
  clock.advance(8999);
  await turn();
  expect(call.job.error).toBeNull();
  clock.advance(1);
  await call.done;
  expect(call.job.error).toMatchObject({ code: 'provider_timeout', message: expect.stringContaining('9000 ms') });
  expect(call.job.text).toBe('one ');
  provider.close?.();
  expect(clock.waiting).toBe(0);
});

test('fault 5: a provider that talks slowly is left to talk', async () => {
  const clock = new ManualClock();
  let next: () => void = () => undefined;
  await using upstream = await Upstream.start(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of ANSWER) {
      response.write(piece);
      if (piece === ANSWER.at(-1)) continue;
      await new Promise<void>((resolve) => {
        next = resolve;
      });
    }
    response.end();
  });
  const provider = providerOf('open_ai', { ...at(upstream), clock, idle_timeout_ms: 1000 });
  const call = new Call(provider, 'hi');
  await until(() => upstream.received.length === 1);
  next();
  for (let pieces = 1; pieces <= 3; pieces++) {
    await call.came(pieces);
    clock.advance(900);
    next();
  }
  await call.done;
  provider.close?.();
  expect(call.job).toMatchObject({ error: null, text: 'one two three' });
});

test('fault 5 through a slow line: bytes one by one are an answer', async () => {
  await using upstream = await Upstream.start(answer);
  await using proxy = await ToxicProxy.before(upstream.port, { sliceBytes: 7, latencyMs: 5 });
  expect(await askOnce('open_ai', at(proxy))).toMatchObject({ error: null, text: 'one two three' });
});

test.each([
  ['at connect', { down: true }, 'provider_unavailable', ''],
  ['within the headers', { limitBytes: 20, reset: true }, 'provider_unavailable', ''],
  ['within the headers, orderly', { limitBytes: 20 }, 'provider_unavailable', ''],
  ['within the body', { limitBytes: 420, reset: true }, 'provider_incomplete', 'one '],
  ['within the body, orderly', { limitBytes: 420 }, 'provider_incomplete', 'one '],
])('fault 7: the connection ends %s', async (_where, toxic, code, begin) => {
  await using upstream = await Upstream.start(stream(ANSWER));
  await using proxy = await ToxicProxy.before(upstream.port, { sliceBytes: 10, ...toxic });
  const job = await askOnce('open_ai', at(proxy));
  expect(job.error?.code).toBe(code);
  expect(job.text.startsWith(begin)).toBe(true);
  expect('one two three'.startsWith(job.text)).toBe(true);
  // Never sent again by itself: that is for the layer that counts attempts.
  expect(proxy.connections).toBe(1);
});

test('fault 12: a line that goes dead after the headers', async () => {
  await using upstream = await Upstream.start(stream(ANSWER));
  await using proxy = await ToxicProxy.before(upstream.port, { stallBytes: 150 });
  const job = await askOnce('open_ai', { ...at(proxy), first_token_timeout_ms: 100 });
  expect(job.error).toMatchObject({ code: 'provider_timeout', message: expect.stringContaining('first_token') });
});

test.each([
  ['ENOTFOUND', 'dns_failed'],
  ['ESERVFAIL', 'dns_failed'],
  ['EAI_AGAIN', 'dns_failed'],
])('fault 10: %s', async (code, expected) => {
  const job = await askOnce('open_ai', { base_url: 'https://api.example.com/v1', lookup: failing(code) });
  expect(job.error?.code).toBe(expected);
  expect(job.error?.message).toContain(code);
  expect(job.error?.message).toContain('https://api.example.com');
});

test('fault 10: a name service that does not answer', async () => {
  const clock = new ManualClock();
  const lookup = () => new Promise<never>(() => undefined);
  const provider = providerOf('open_ai', {
    base_url: 'http://api.example.com/v1',
    clock,
    lookup,
    connect_timeout_ms: 3000,
  });
  const call = new Call(provider, 'hi');
  // The limit of the connection and the one of the first token.
  await until(() => clock.waiting === 2);
  await turn();
  clock.advance(3000);
  await call.done;
  expect(call.job.error).toMatchObject({ code: 'dns_failed', message: expect.stringContaining('3000 ms') });
  provider.close?.();
  expect(clock.waiting).toBe(0);
});

test.each([
  ['http://api.example.com', ['127.0.0.1']],
  ['http://api.example.com', ['10.0.0.7', '169.254.169.254']],
  ['http://api.example.com', ['::ffff:127.0.0.1']],
  ['http://localhost', ['10.0.0.7']],
  ['http://metadata.google.internal', ['169.254.169.254']],
])('faults 10 and 55: %s that leads to %j is refused, and nothing is sent', async (origin, addresses) => {
  await using upstream = await Upstream.start(answer);
  const { lookup } = lookingUp(...addresses);
  const job = await askOnce('open_ai', { base_url: `${origin}:${upstream.port}/v1`, lookup });
  expect(job.error).toMatchObject({ code: 'address_refused', message: expect.stringContaining(addresses[0]!) });
  expect(upstream.connections).toBe(0);
});

test('faults 10 and 55: a name that changes its address is looked at again for each connection', async () => {
  await using upstream = await Upstream.start(
    body(200, { 'content-type': 'text/event-stream', connection: 'close' }, ANSWER.join('')),
  );
  const addresses = ['127.0.0.1', '169.254.169.254'];
  const lookup = async () => [{ address: addresses.shift()!, family: 4 }];
  const provider = providerOf('open_ai', { base_url: `http://llama:${upstream.port}/v1`, lookup });
  expect((await ask(provider)).error).toBeNull();
  expect((await ask(provider)).error?.code).toBe('address_refused');
  provider.close?.();
});

test('an internal name is reached where it leads', async () => {
  await using upstream = await Upstream.start(answer);
  const { lookup, asked } = lookingUp('127.0.0.1');
  const job = await askOnce('open_ai', { base_url: `http://llama:${upstream.port}/v1`, lookup });
  expect(job.error).toBeNull();
  expect(asked).toEqual(['llama']);
});

const certificate = {
  key: readFileSync(new URL('../fixtures/self-signed-key.pem', import.meta.url), 'utf8'),
  cert: readFileSync(new URL('../fixtures/self-signed-cert.pem', import.meta.url), 'utf8'),
};

test('fault 11: a certificate that nobody vouches for is refused, whatever the environment says', async () => {
  await using upstream = await Upstream.start(answer, certificate);
  const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  try {
    for (const value of ['1', '0']) {
      process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = value;
      const job = await askOnce('open_ai', at(upstream));
      expect(job.error).toMatchObject({ code: 'tls_failed', message: expect.stringContaining('SELF_SIGNED') });
    }
  } finally {
    if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before;
  }
  expect(upstream.received).toEqual([]);
});

test('fault 11: a server that speaks no TLS, and one that says nothing at all', async () => {
  await using upstream = await Upstream.start(answer);
  const plain = await askOnce('open_ai', { base_url: `https://127.0.0.1:${upstream.port}/v1` });
  expect(plain.error?.code).toBe('tls_failed');

  const sockets: Socket[] = [];
  const mute = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
  await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
  const { port } = mute.address() as AddressInfo;
  const job = await askOnce('open_ai', { base_url: `https://127.0.0.1:${port}/v1`, connect_timeout_ms: 100 });
  for (const socket of sockets) socket.destroy();
  mute.close();
  expect(job.error).toMatchObject({ code: 'provider_timeout', message: expect.stringContaining('connect_timeout_ms') });
});

/** A gzip file of zeros: a thousand bytes out for each that goes in. */
const bomb = (mebibytes: number): Buffer => {
  const one = gzipSync(Buffer.alloc(1024 * 1024, 0x20));
  return Buffer.concat(Array.from({ length: mebibytes }, () => one));
};

test.each(['text/event-stream', 'application/json'])(
  'fault 13: a gzip bomb as %s is stopped at the cap',
  async (type) => {
    const content = bomb(512);
    await using upstream = await Upstream.start(
      body(200, { 'content-type': type, 'content-encoding': 'gzip' }, content),
    );
    let most = 0;
    const base = process.memoryUsage().rss;
    const watching = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss - base);
    }, 5);
    const job = await askOnce('open_ai', at(upstream));
    clearInterval(watching);
    expect(job.error).toMatchObject({ code: 'provider_protocol', message: expect.stringContaining('64 MiB') });
    expect(most).toBeLessThan(CAPS.answerBytes + 64 * 1024 * 1024);
  },
);

test('fault 13: an error whose body is a bomb is still that error', async () => {
  await using upstream = await Upstream.start(
    body(429, { 'content-type': 'application/json', 'content-encoding': 'gzip' }, bomb(64)),
  );
  expect((await askOnce('open_ai', at(upstream))).error?.code).toBe('provider_rate_limited');
});

test('compressed answers are read, cut ones are incomplete, unknown codings are told', async () => {
  const packed = gzipSync(ANSWER.join(''));
  const headers = { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' };
  await using upstream = await Upstream.start([
    stream([packed.subarray(0, 40), packed.subarray(40)], 'end', headers),
    stream([packed.subarray(0, packed.length - 30)], 'end', headers),
    body(200, { ...headers, 'content-encoding': 'zstd' }, 'x'),
    body(200, headers, 'this is no gzip'),
  ]);
  const provider = providerOf('open_ai', at(upstream));
  expect(await ask(provider)).toMatchObject({ error: null, text: 'one two three' });
  expect((await ask(provider)).error?.code).toBe('provider_incomplete');
  expect((await ask(provider)).error?.code).toBe('provider_protocol');
  expect((await ask(provider)).error?.code).toBe('provider_protocol');
  provider.close?.();
});

test.each([
  ['too long', 5000],
  ['too short', 100],
])('fault 13: a content-length that is %s is no success', async (_what, length) => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      const head = `HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: ${length}\r\n\r\n`;
      socket.end(head + ANSWER.join('').slice(0, 300));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const job = await askOnce('open_ai', { base_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` });
  server.close();
  expect(job.error?.code).toBe('provider_incomplete');
});

test('what is not HTTP at all', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.end('SSH-2.0-OpenSSH_9.2\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const job = await askOnce('open_ai', { base_url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` });
  server.close();
  expect(['provider_protocol', 'provider_unavailable']).toContain(job.error?.code);
});

test('fault 14: a connection that was closed for being idle costs one more try, over a new one', async () => {
  await using upstream = await Upstream.start([answer, reset, answer]);
  const provider = providerOf('open_ai', at(upstream));
  expect((await ask(provider)).error).toBeNull();
  await turn();
  await turn();
  const job = await ask(provider);
  provider.close?.();
  expect(job).toMatchObject({ error: null, text: 'one two three' });
  expect(upstream.received.map(({ connection }) => connection)).toEqual([0, 0, 1]);
});

test('fault 14: the second try is the last, and a new connection has none', async () => {
  await using upstream = await Upstream.start([answer, reset, reset, reset]);
  const provider = providerOf('open_ai', at(upstream));
  await ask(provider);
  await turn();
  await turn();
  expect((await ask(provider)).error?.code).toBe('provider_unavailable');
  expect(upstream.received).toHaveLength(3);
  expect((await ask(provider)).error?.code).toBe('provider_unavailable');
  expect(upstream.received).toHaveLength(4);
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
  const provider = providerOf('open_ai', at(upstream));
  await ask(provider);
  await turn();
  await turn();
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
  const probe = connect(upstream.port, '127.0.0.1');
  probe.destroy();
});
