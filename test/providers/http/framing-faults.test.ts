import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { ask, providerOf } from '../../support/provider-call.ts';
import { Upstream } from '../../support/upstream.ts';
import { at } from '../openai-answer.ts';

const DOCUMENT = JSON.stringify({ choices: [{ index: 0, message: { role: 'assistant', content: 'hello' } }] });
const SIZE = DOCUMENT.length.toString(16);

/** What the provider makes of these bytes in the place of an answer. */
async function answeredWith(head: readonly string[], body: string) {
  await using upstream = await Upstream.start((response: ServerResponse) => {
    response.socket!.end([...head, '', body].join('\r\n'));
  });
  const provider = providerOf('open_ai', at(upstream));
  const job = await ask(provider);
  provider.close?.();
  return job;
}

const OK = ['HTTP/1.1 200 OK', 'content-type: application/json'];
const CHUNKED = [...OK, 'transfer-encoding: chunked'];

test.each([
  ['a length', [...OK, `content-length: ${DOCUMENT.length}`], DOCUMENT],
  ['chunks', CHUNKED, `${SIZE}\r\n${DOCUMENT}\r\n0\r\n\r\n`],
  ['chunks with extensions, leading zeros and trailers', CHUNKED, `00${SIZE};a=b\r\n${DOCUMENT}\r\n0\r\nx: 1\r\n\r\n`],
  [
    'early hints before it',
    ['HTTP/1.1 103 Early Hints', 'link: x', '', ...CHUNKED],
    `${SIZE}\r\n${DOCUMENT}\r\n0\r\n\r\n`,
  ],
])('a body is read: %s', async (_what, head, body) => {
  expect(await answeredWith(head, body)).toMatchObject({ error: null, text: 'hello' });
});

test.each([
  ['another protocol', ['SSH-2.0-OpenSSH'], ''],
  ['no status', ['HTTP/1.1 OK'], ''],
  ['a line without a colon', [...OK, 'x-a', `content-length: ${DOCUMENT.length}`], DOCUMENT],
  ['a name with a space', [...OK, 'x a: 1', `content-length: ${DOCUMENT.length}`], DOCUMENT],
  ['a NUL', [...OK, 'x-a: 1\u00002', `content-length: ${DOCUMENT.length}`], DOCUMENT],
  ['a length and chunks', [...CHUNKED, `content-length: ${DOCUMENT.length}`], `${SIZE}\r\n${DOCUMENT}\r\n0\r\n\r\n`],
  ['two lengths', [...OK, `content-length: ${DOCUMENT.length}`, 'content-length: 6'], DOCUMENT],
  ['a negative length', [...OK, 'content-length: -5'], DOCUMENT],
  ['a hexadecimal length', [...OK, 'content-length: 0x5'], DOCUMENT],
  ['an endless length', [...OK, `content-length: ${'9'.repeat(30)}`], DOCUMENT],
  ['a chunk without a size', CHUNKED, `\r\n${DOCUMENT}\r\n0\r\n\r\n`],
  ['a size that is none', CHUNKED, `x\r\n${DOCUMENT}\r\n0\r\n\r\n`],
  ['a negative size', CHUNKED, `-1\r\n${DOCUMENT}\r\n0\r\n\r\n`],
  ['a size that is too large', CHUNKED, `fffffffffffffffff\r\n${DOCUMENT}\r\n0\r\n\r\n`],
  ['a chunk longer than it said', CHUNKED, `3\r\n${DOCUMENT}\r\n0\r\n\r\n`],
  ['a change of protocol', ['HTTP/1.1 101 Switching Protocols', 'connection: upgrade', 'upgrade: x'], ''],
])('what could be understood in two ways is refused: %s', async (_what, head, body) => {
  const { error, text } = await answeredWith(head, body);
  expect(text).toBe('');
  expect(error?.code).toMatch(/^provider_(?:protocol|incomplete|unavailable)$/);
});
