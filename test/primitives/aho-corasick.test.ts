import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AhoCorasick } from '../../src/primitives/aho-corasick.ts';

const codesOf = (text: string): Uint16Array => Uint16Array.from(text, (letter) => letter.charCodeAt(0));

function found(words: readonly string[], text: string): string[] {
  const hits: string[] = [];
  new AhoCorasick(words).scan(codesOf(text), 0, text.length, (word, end) => hits.push(`${words[word]}@${end}`));
  return hits;
}

/** Every occurrence, looked for one by one. */
function occurrences(words: readonly string[], text: string): string[] {
  return words.flatMap((word) =>
    Array.from({ length: text.length + 1 }, (_, end) => end).flatMap((end) =>
      word !== '' && text.slice(0, end).endsWith(word) ? [`${word}@${end}`] : [],
    ),
  );
}

test('finds words within words, and words that share a beginning', () => {
  expect(found(['he', 'she', 'his', 'hers'], 'ushers')).toEqual(expect.arrayContaining(['she@4', 'he@4', 'hers@6']));
  expect(found(['he', 'she', 'his', 'hers'], 'ushers')).toHaveLength(3);
});

test('tells hits in the order of their ends', () => {
  const ends = found(['a', 'ab', 'bab'], 'babab').map((hit) => Number(hit.split('@')[1]));
  expect(ends).toEqual([...ends].sort((a, b) => a - b));
});

test('finds exactly what a search for each word would', () => {
  const small = fc.string({ unit: fc.constantFrom('a', 'b', 'ц'), maxLength: 5 });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'ц', 'x'), maxLength: 40 });
  fc.assert(
    fc.property(fc.array(small, { maxLength: 8 }), text, (words, given) => {
      expect(found(words, given).sort()).toEqual(occurrences(words, given).sort());
    }),
  );
});

test('looks only between the given bounds', () => {
  const hits: number[] = [];
  new AhoCorasick(['ab']).scan(codesOf('ababab'), 1, 5, (_, end) => hits.push(end));
  expect(hits).toEqual([4]);
});
