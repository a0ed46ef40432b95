import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HeadMemo, type Receiver, ResponseReader } from '../../../../src/providers/http/wire/response-reader.ts';

/** What a reader makes of bytes that are cut at these places, each read into the same buffer as a socket does it. */
function read(text: string | Buffer, cuts: readonly number[] = [], memo: HeadMemo = { text: '', head: null }) {
  const bytes = Buffer.from(text);
  const heard = { status: 0, body: '', bodies: 0, done: false, excess: 0, fault: '' };
  const receiver: Receiver = {
    onHead({ status }) {
      heard.status = status;
    },
    onBody(piece) {
      heard.body += piece.toString('latin1');
      heard.bodies++;
    },
    onEnd() {},
    onLost() {},
  };
  const reader = new ResponseReader(receiver, memo);
  const buffer = Buffer.alloc(Math.max(bytes.length, 1));
  let from = 0;
  try {
    for (const to of [...cuts, bytes.length]) {
      const length = bytes.copy(buffer, 0, from, to);
      const end = reader.feed(buffer.subarray(0, length));
      if (reader.done) {
        heard.excess = bytes.length - from - end;
        break;
      }
      from = to;
    }
    if (!reader.done) reader.end();
  } catch (thrown) {
    heard.fault = (thrown as { code: string }).code;
  }
  return { ...heard, done: reader.done };
}

const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n';
const LENGTH = 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n';

test.each([
  ['of known length', `${LENGTH}hello`, 'hello'],
  ['empty', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', ''],
  ['in chunks', `${CHUNKED}3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n`, 'hello'],
  [
    'in chunks with extensions, leading zeros and trailers',
    `${CHUNKED}003;a="b"\r\nhel\r\n2 \r\nlo\r\n0\r\nx: 1\r\ny: 2\r\n\r\n`,
    'hello',
  ],
  ['in chunks that look like chunks', `${CHUNKED}6\r\n0\r\n\r\nx\r\n0\r\n\r\n`, '0\r\n\r\nx'],
  ['up to the end of the connection', 'HTTP/1.1 200 OK\r\n\r\nhello', 'hello'],
  [
    'behind what says nothing',
    `HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${LENGTH}hello`,
    'hello',
  ],
])('a body %s reads the same at every cut', (_what, text, body) => {
  const whole = { status: 200, body, done: true, excess: 0, fault: '' };
  for (let at = 0; at < text.length; at++) expect(read(text, [at])).toMatchObject(whole);
  expect(
    read(
      text,
      Array.from({ length: text.length }, (_, i) => i),
    ),
  ).toMatchObject(whole);
});

test('chunks that came at once are one piece', () => {
  expect(read(`${CHUNKED}1\r\na\r\n1\r\nb\r\n1\r\nc\r\n0\r\n\r\n`)).toMatchObject({ body: 'abc', bodies: 1 });
});

test.each([
  ['a length', `${LENGTH}helloHTTP/1.1`, 8],
  ['chunks', `${CHUNKED}0\r\n\r\nx`, 1],
])('what stands behind a body of %s is not part of it', (_what, text, excess) => {
  expect(read(text)).toMatchObject({ done: true, excess });
});

test.each([
  ['no answer at all', '', 'WIRE_CLOSED'],
  ['within the head', 'HTTP/1.1 200 OK\r\ncont', 'WIRE_CLOSED'],
  ['within a body of known length', `${LENGTH}hell`, 'WIRE_CUT'],
  ['within a chunk', `${CHUNKED}3\r\nhe`, 'WIRE_CUT'],
  ['before the last chunk', `${CHUNKED}3\r\nhel\r\n`, 'WIRE_CUT'],
  ['within the trailers', `${CHUNKED}0\r\nx: 1\r\n`, 'WIRE_CUT'],
  ['what is not HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'WIRE_SYNTAX'],
  ['a change of protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n', 'WIRE_SYNTAX'],
  ['a head without an end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}`, 'WIRE_OVERFLOW'],
  ['a head that is too long', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`, 'WIRE_OVERFLOW'],
  ['a size that is none', `${CHUNKED}x\r\n`, 'WIRE_SYNTAX'],
  ['a size without digits', `${CHUNKED}\r\nhello\r\n`, 'WIRE_SYNTAX'],
  ['a size that is too large', `${CHUNKED}fffffffffffff\r\n`, 'WIRE_SYNTAX'],
  ['a negative size', `${CHUNKED}-1\r\n`, 'WIRE_SYNTAX'],
  ['a size that ends with a line feed', `${CHUNKED}3\nhel\r\n`, 'WIRE_SYNTAX'],
  ['an extension that ends with a line feed', `${CHUNKED}3;a\nhel\r\n`, 'WIRE_SYNTAX'],
  ['a chunk longer than it said', `${CHUNKED}3\r\nhello\r\n`, 'WIRE_SYNTAX'],
  ['an extension without end', `${CHUNKED}3;${'x'.repeat(40_000)}`, 'WIRE_SYNTAX'],
  ['trailers without end', `${CHUNKED}0\r\n${'x: 1\r\n'.repeat(10_000)}`, 'WIRE_SYNTAX'],
])('%s', (_what, text, fault) => {
  expect(read(text)).toMatchObject({ done: false, fault });
  if (text.length > 1000) return;
  expect(
    read(
      text,
      Array.from({ length: text.length }, (_, i) => i),
    ),
  ).toMatchObject({ done: false, fault });
});

test('a head that was read before is not read again, and another one is', () => {
  const memo: HeadMemo = { text: '', head: null };
  read(`${LENGTH}hello`, [], memo);
  const { head } = memo;
  expect(read(`${LENGTH}world`, [], memo)).toMatchObject({ body: 'world', done: true });
  expect(memo.head).toBe(head);
  expect(read('HTTP/1.1 404 No\r\ncontent-length: 1\r\n\r\nx', [], memo)).toMatchObject({ status: 404, body: 'x' });
});

test('whatever is sent in chunks is what is read, however it is cut', () => {
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 8 });
  fc.assert(
    fc.property(chunks, fc.array(fc.nat(300), { maxLength: 12 }), (sent, places) => {
      const framed = sent.flatMap((chunk) =>
        [`${chunk.length.toString(16)}\r\n`, chunk, '\r\n'].map((part) => Buffer.from(part as string)),
      );
      const bytes = Buffer.concat([Buffer.from(CHUNKED), ...framed, Buffer.from('0\r\n\r\n')]);
      const cuts = [...new Set(places.filter((at) => at < bytes.length))].sort((a, b) => a - b);
      expect(read(bytes, cuts)).toMatchObject({ body: Buffer.concat(sent).toString('latin1'), done: true, excess: 0 });
    }),
  );
});

test('whatever is sent, it is an answer or a fault, and never more than was sent', () => {
  const line = fc.constantFrom(
    'HTTP/1.1 200 OK',
    'content-length: 3',
    'transfer-encoding: chunked',
    '',
    '3',
    'abc',
    '0',
    'x: y',
    '\n',
    ' ',
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const text = lines.join('\r\n');
      const { body, fault, done } = read(text);
      expect(done).toBe(fault === '');
      expect(body.length).toBeLessThanOrEqual(text.length);
    }),
  );
});
