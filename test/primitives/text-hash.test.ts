import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TextHash } from '../../src/primitives/text-hash.ts';

/** Longer than what is hashed in one go, and the middle of a pair of surrogates where that ends. */
const LONG = `${'x'.repeat(8190)}😀${'y'.repeat(9000)}`;

test('is a small integer, and the same for equal texts whatever was hashed before', () => {
  const hash = new TextHash();
  const another = new TextHash();
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (text, other) => {
      const first = hash.of(text);
      hash.of(other);
      expect(hash.of(text)).toBe(first);
      expect(another.of(text)).toBe(first);
      expect(Number.isInteger(first) && first >= 0 && first < 2 ** 30).toBe(true);
    }),
  );
});

test('differs wherever a text does, in one letter, its length or far behind', () => {
  const hash = new TextHash();
  const texts = [
    ...['', '\0', '\0\0', 'a', 'b', 'ab', 'ba', 'a\0', 'abcdefgh', 'abcdefgi', 'abcdefgha', 'ä', 'Ã¤', '你', '\u4f00'],
    ...[LONG, `${LONG}z`, LONG.replace('😀', '😁'), `z${LONG.slice(1)}`, `${LONG.slice(0, -1)}z`],
  ];
  expect(new Set(texts.map((text) => hash.of(text))).size).toBe(texts.length);
});

test('spreads texts that hardly differ as evenly as chance would', () => {
  const hash = new TextHash();
  const texts = 100_000;
  const opening = 'The same template for everybody, and somewhere in the middle a number: ';
  const hashes = Array.from({ length: texts }, (_, i) => hash.of(`${opening}${i}. What does it stand for?`));
  // Of n texts about n²/2m collide among m hashes: five here.
  expect(texts - new Set(hashes).size).toBeLessThan(20);
  const low = new Uint32Array(256);
  for (const one of hashes) low[one & 255]!++;
  expect(Math.min(...low)).toBeGreaterThan(300);
  expect(Math.max(...low)).toBeLessThan(490);
});
