import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BandIndex } from '../../src/primitives/band-index.ts';
import { bitCount, type Fingerprint, fingerprintHex, hammingDistance, SimHash } from '../../src/primitives/simhash.ts';

const MASK = (1n << 64n) - 1n;

/** The document's algorithm, word for word, in the arithmetic that is easiest to check. */
function referenceHex(text: string): string {
  const words = text
    .toLowerCase()
    .replace(/[^\p{Alphabetic}\p{N}\s]/gu, '')
    .split(/\s+/)
    .filter((word) => word !== '');
  const counters = new Array<number>(64).fill(0);
  const add = (shingle: string, weight: number): void => {
    let hash = 0xcbf29ce484222325n;
    for (const byte of new TextEncoder().encode(shingle)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & MASK;
    for (let bit = 0; bit < 64; bit++) counters[bit]! += (hash >> BigInt(bit)) & 1n ? weight : -weight;
  };
  for (const word of words) add(word, 1);
  for (let i = 0; i + 1 < words.length; i++) add(`${words[i]} ${words[i + 1]}`, 2);
  return counters
    .reduce((sum, count, bit) => (count > 0 ? sum | (1n << BigInt(bit)) : sum), 0n)
    .toString(16)
    .padStart(16, '0');
}

test('the fingerprint equals that of 64 counters and big integers, whatever the text', () => {
  const simHash = new SimHash();
  const words = fc.array(fc.constantFrom('the', 'The', 'sky,', 'is', 'Blue!', 'größer', '東京', '😀', '\t', '42'), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        words.map((list) => list.join(' ')),
        fc.string({ unit: 'grapheme', maxLength: 80 }),
      ),
      (text) => {
        expect(fingerprintHex(simHash.of(text))).toBe(referenceHex(text));
      },
    ),
    { numRuns: 500 },
  );
});

test('a text of thousands of words does not overflow the counters', () => {
  const text = Array.from({ length: 5000 }, (_, i) => `word${i % 700}`).join(' ');
  expect(fingerprintHex(new SimHash().of(text))).toBe(referenceHex(text));
});

test('bits are counted', () => {
  for (const [bits, count] of [
    [0, 0],
    [-1, 32],
    [1 << 31, 1],
    [0x0f0f, 8],
  ] as const)
    expect(bitCount(bits)).toBe(count);
});

type Deed = { readonly do: 'add' | 'delete' | 'find'; readonly slot: number; readonly flip: readonly number[] };

const SLOTS = 12;
const deed: fc.Arbitrary<Deed> = fc.record({
  do: fc.constantFrom('add' as const, 'add' as const, 'delete' as const, 'find' as const),
  slot: fc.nat(SLOTS - 1),
  flip: fc.uniqueArray(fc.nat(63), { maxLength: 9 }),
});

const flipped = ({ high, low }: Fingerprint, bits: readonly number[]): Fingerprint => {
  let [h, l] = [high, low];
  for (const bit of bits) {
    if (bit < 32) l ^= 1 << bit;
    else h ^= 1 << (bit - 32);
  }
  return { high: h, low: l };
};

test('the index finds exactly what a search from end to end finds, at every threshold', () => {
  const base: Fingerprint = { high: 0x12345678, low: 0x0badcafe };
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 40 }), fc.integer({ min: 0, max: 7 }), (script, bits) => {
      const index = new BandIndex(SLOTS);
      const model = new Map<number, Fingerprint>();
      for (const { do: what, slot, flip } of script) {
        const fingerprint = flipped(base, flip);
        if (what === 'find') {
          const offered = new Set<number>();
          index.find(fingerprint, bits, (found) => {
            offered.add(found);
            return false;
          });
          const near = [...model].filter(([, known]) => hammingDistance(known, fingerprint) <= bits);
          expect([...offered].sort()).toEqual(near.map(([found]) => found).sort());
        } else if (what === 'add' && !model.has(slot)) {
          index.add(slot, fingerprint);
          model.set(slot, fingerprint);
        } else if (what === 'delete' && model.delete(slot)) index.delete(slot);
      }
    }),
    { numRuns: 500 },
  );
});

test('a search ends with the first slot that is accepted', () => {
  const index = new BandIndex(2);
  index.add(0, { high: 0, low: 0 });
  index.add(1, { high: 0, low: 1 });
  expect(index.find({ high: 0, low: 0 }, 3, (slot) => slot === 1)).toBe(1);
  expect(index.find({ high: 0, low: 0 }, 3, () => false)).toBe(-1);
});
