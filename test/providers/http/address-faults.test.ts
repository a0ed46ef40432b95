import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, test } from 'vitest';
import { ManualClock } from '../../support/manual-clock.ts';
import { ask, askOnce, Call, providerOf } from '../../support/provider-call.ts';
import { body, Upstream } from '../../support/upstream.ts';
import { ANSWER, answer, at, turn, until } from '../openai-answer.ts';

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

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}.pem`, import.meta.url), 'utf8');

test.each([
  ['expired', 'expired-cert', 'CERT_HAS_EXPIRED'],
  ['for another host', 'wrong-host-cert', 'ERR_TLS_CERT_ALTNAME_INVALID'],
])('fault 11: a certificate that is trusted but %s is refused', async (_, name, code) => {
  const trusted = getCACertificates('default');
  setDefaultCACertificates([...trusted, certificate.cert, fixture(name)]);
  try {
    // A good one is accepted, so it is not the trust that is missing.
    await using good = await Upstream.start(answer, certificate);
    expect((await askOnce('open_ai', at(good))).error).toBeNull();
    await using upstream = await Upstream.start(answer, { key: certificate.key, cert: fixture(name) });
    const job = await askOnce('open_ai', { base_url: `https://localhost:${upstream.port}/v1` });
    expect(job.error).toMatchObject({ code: 'tls_failed', message: expect.stringContaining(code) });
    expect(upstream.received).toEqual([]);
  } finally {
    setDefaultCACertificates(trusted);
  }
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
