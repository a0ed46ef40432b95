import { expect, test } from 'vitest';
import { questionTerms, termsOf } from '../../../src/prompts/retrieval/terms.ts';

test.each([
  ['sheds shedding shed', 1],
  ['queries query queried querying', 1],
  ['cache caches cached caching', 1],
  ['retry retries retried', 1],
  ['process processes processing', 1],
  ['stop stopped stopping', 1],
  ['call calling called', 1],
  ['classes class', 1],
  ['red reds', 1],
  ['thing string', 2],
  ['bus bushes', 2],
])('%s: %i terms', (text, count) => expect(new Set(termsOf(text)).size).toBe(count));

test('words are found whatever their case, width and separators', () => {
  expect(termsOf('MAX_context-Tokens="８"')).toEqual(termsOf('max Context tokens 8'));
  expect(termsOf('Ünïcode')).toEqual(['ünïcode']);
});

test('scripts without spaces are searched by pairs of characters', () => {
  expect(termsOf('検索機能')).toEqual(['検索', '索機', '機能']);
});

test('what says nothing is not asked for', () => {
  expect(questionTerms('How does it do that, and what is this?')).toEqual([]);
  expect(questionTerms('How does shedding work? Shedding!')).toEqual(['shed', 'work']);
});

test('a file piped in as the question is not asked word by word', () => {
  expect(questionTerms(Array.from({ length: 10_000 }, (_, i) => `w${i}`).join(' '))).toHaveLength(32);
  expect(termsOf('a'.repeat(5000))).toEqual([]);
});
