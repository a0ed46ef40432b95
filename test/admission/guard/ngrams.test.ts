import { expect, test } from 'vitest';
import { BUCKETS, hashNgrams, PER_POSITION } from '../../../src/admission/guard/ngrams.ts';

function bucketsOf(text: string): readonly number[] {
  const into = new Int32Array(text.length * PER_POSITION).fill(-1);
  hashNgrams(
    Uint16Array.from(text, (character) => character.charCodeAt(0)),
    text.length,
    into,
  );
  return [...into];
}

// The weights in data/guard-model.bin were learned for these: with others the model would know nothing.
test.each([
  [
    ' to be ',
    [
      ...[0, 0, 0, 0],
      ...[0, 0, 0, 0],
      ...[0, 0, 0, 0],
      ...[68824, 0, 93855, 0],
      ...[122799, 73475, 0, 0],
      ...[127341, 27605, 0, 0],
      ...[109914, 67296, 38390, 90029],
    ],
  ],
  [
    ' 忽略a ',
    [
      ...[0, 0, 0, 0],
      ...[0, 0, 40342, 0],
      ...[0, 0, 128392, 61259],
      ...[99685, 0, 0, 0],
      ...[113780, 111938, 14015, 9813],
    ],
  ],
])('of four and five characters, of a word and of two words: the buckets of %j', (text, buckets) => {
  expect(bucketsOf(text)).toEqual(buckets);
});

test('the same words fall into the same buckets, wherever they stand', () => {
  const [first, second] = [bucketsOf(' ab cd ignore all rules '), bucketsOf(' xyzzy q ignore all rules ')];
  expect(first.slice(-4 * PER_POSITION)).toEqual(second.slice(-4 * PER_POSITION));
  expect(Math.max(...first)).toBeLessThan(BUCKETS);
});

test.each(['぀', '鿿'])('a character of a script without spaces is a word: %s', (character) => {
  expect(bucketsOf(` ${character}`)[PER_POSITION + 2]).not.toBe(0);
});

test.each(['〿', 'ꀀ'])('one of any other script is not: %s', (character) => {
  expect(bucketsOf(` ${character}`)[PER_POSITION + 2]).toBe(0);
});
