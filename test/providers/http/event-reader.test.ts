import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Framing, PieceReader } from '../../../src/providers/http/event-reader.ts';
import { CAPS } from '../../../src/providers/http/limits.ts';

interface Read {
  readonly pieces: string[];
  readonly error: string | undefined;
}

/** What comes out when the bytes are fed in pieces that end at these places. */
function read(bytes: Uint8Array, cuts: readonly number[], framing: Framing = 'events'): Read {
  const pieces: string[] = [];
  const reader = new PieceReader(framing, 'p', (data, name) =>
    pieces.push(name === undefined ? data : `${name}:${data}`),
  );
  let from = 0;
  for (const to of [...cuts, bytes.length]) {
    const error = reader.feed(bytes.subarray(from, to));
    if (error !== null) return { pieces, error: error.code };
    from = to;
  }
  return { pieces, error: undefined };
}

const everySplit = (bytes: Uint8Array): readonly number[][] =>
  Array.from({ length: Math.max(bytes.length - 1, 0) }, (_, i) => [i + 1]);

const join = (...parts: readonly (string | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

const CASES: readonly (readonly [name: string, bytes: Uint8Array, expected: readonly string[], error?: string])[] = [
  ['plain', join('data: a\n\ndata: b\n\n'), ['a', 'b']],
  ['named', join('event: ping\ndata: {}\n\n'), ['ping:{}']],
  ['CRLF', join('data: a\r\n\r\ndata: b\r\n\r\n'), ['a', 'b']],
  ['CR only', join('data: a\r\rdata: b\r\r'), ['a', 'b']],
  ['mixed ends', join('data: a\r\n\ndata: b\r\rdata: c\n\n'), ['a', 'b', 'c']],
  ['a BOM', join([0xef, 0xbb, 0xbf], 'data: a\n\n'), ['a']],
  ['several lines', join('data: a\ndata: b\n\n'), ['a\nb']],
  ['comments and pings', join(': hi\n\n:\n\ndata: a\n\n'), ['a']],
  ['fields that nobody knows', join('id: 1\nretry: x\nfoo: bar\ndata:a\n\n'), ['a']],
  ['multibyte text', join('data: é漢👩‍💻\n\n'), ['é漢👩‍💻']],
  ['an event without its empty line', join('data: a\n\ndata: b\n'), ['a']],
  ['bad UTF-8', join('data: a\n\ndata: b', [0xff], '\n\ndata: c\n\n'), ['a'], 'provider_protocol'],
  ['a character cut short', join('data: a\n\ndata: ', [0xe6, 0xbc], '\n\n'), ['a'], 'provider_protocol'],
  ['an overlong form', join('data: é\n\n', [0xc0, 0xaf]), ['é'], 'provider_protocol'],
  ['a surrogate', join('data: a\n\n', [0xed, 0xa0, 0x80]), ['a'], 'provider_protocol'],
  ['a page', join('<html>\n\n</html>'), []],
  ['JSON', join('{"error":{"message":"data: no"}}'), []],
];

test.each(CASES.map(([name, bytes, expected, error]) => ({ name, bytes, expected, error })))(
  'faults 8 and 9: $name reads the same at every split',
  ({ bytes, expected, error }) => {
    const whole = { pieces: [...expected], error };
    expect(read(bytes, [])).toEqual(whole);
    for (const cuts of everySplit(bytes)) expect({ cuts, ...read(bytes, cuts) }).toEqual({ cuts, ...whole });
    expect(
      read(
        bytes,
        Array.from({ length: bytes.length }, (_, i) => i),
      ),
    ).toEqual(whole);
  },
);

test('fault 9: any stream of events reads the same however it is cut', () => {
  const line = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
    fc.constantFrom(': c', 'event: e', 'id: 1', '', '', 'x'),
  );
  const ends = fc.constantFrom('\n', '\r\n', '\r');
  const noise = fc.oneof(
    { weight: 4, arbitrary: fc.constant(new Uint8Array()) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 4 }) },
  );
  const text = fc.array(fc.tuple(line, ends, noise), { maxLength: 12 });
  fc.assert(
    fc.property(text, fc.array(fc.nat(400), { maxLength: 20 }), (lines, places) => {
      const bytes = Buffer.concat(lines.flatMap(([said, end, more]) => [Buffer.from(said + end), Buffer.from(more)]));
      const cuts = [...new Set(places.filter((at) => at < bytes.length))].sort((a, b) => a - b);
      expect(read(bytes, cuts)).toEqual(read(bytes, []));
    }),
    { numRuns: 2000 },
  );
});

test.each(['events', 'lines'] as const)(
  'fault 8: a line of %s that never ends is stopped; what came before is kept',
  (framing) => {
    const before = framing === 'events' ? 'data: a\n\n' : 'a\n';
    const long = join(before, 'data: ', 'x'.repeat(CAPS.eventBytes + 1024));
    const cuts = Array.from({ length: Math.floor(long.length / 16_384) }, (_, i) => (i + 1) * 16_384);
    expect(read(long, cuts, framing)).toEqual({ pieces: ['a'], error: 'provider_protocol' });
    expect(read(long, [], framing)).toEqual({ pieces: ['a'], error: 'provider_protocol' });
  },
);

test('fault 8: an event that is too large is not told, also when it comes at once', () => {
  const large = join('data: ', 'x'.repeat(CAPS.eventBytes + 1), '\n\n');
  expect(read(large, [])).toEqual({ pieces: [], error: 'provider_protocol' });
});

test('a comment may be as long as it likes: nobody holds it', () => {
  const long = join(': ', 'x'.repeat(3 * CAPS.eventBytes), '\n\ndata: a\n\n');
  const cuts = Array.from({ length: Math.floor(long.length / 16_384) }, (_, i) => (i + 1) * 16_384);
  expect(read(long, cuts)).toEqual({ pieces: ['a'], error: undefined });
});
