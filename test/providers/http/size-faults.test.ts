import { type AddressInfo, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { CAPS } from '../../../src/providers/http/limits.ts';
import { ask, askOnce, providerOf } from '../../support/provider-call.ts';
import { body, stream, Upstream } from '../../support/upstream.ts';
import { ANSWER, at } from '../openai-answer.ts';

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
