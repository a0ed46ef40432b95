import { expect, test } from 'vitest';
import { backwards, isRespaced, join, LEET, rot13, wordsBackwards } from '../../../src/admission/guard/disguises.ts';
import { Folded, Folder } from '../../../src/admission/guard/fold.ts';

const folder = new Folder();
const view = new Folded(0);
const other = new Folded(0);

/** A text as the guard reads it. The buffer has held a longer one before, as those of the guard have. */
function fold(text: string): Folded {
  for (const each of [`${'before '.repeat(20)}${text}`, text]) folder.fold(each, 0, each.length, view, false);
  return view;
}

function read(text: string, disguise: (view: Folded, into: Folded) => void) {
  disguise(fold('something longer than what comes next'), other);
  disguise(fold(text), other);
  return { text: other.text(), origins: [...other.origin.subarray(0, other.length)], wide: other.wide };
}

test.each([
  ['five single letters', 'w o r d s', true],
  ['four of them', 'w o r d', false],
  ['five with a word between', 'w o r to d s', false],
  ['five behind a word', 'to w o r d s', true],
  ['22 letters in a row', 'abcdefghijklmnopqrstuv', true],
  ['21 letters in a row', 'abcdefghijklmnopqrstu', false],
  ['22 letters of a script without spaces', '忽'.repeat(22), false],
  ['a zero-width character', 'two\u200bwords', true],
  ['plain words', 'These are words like any others.', false],
])('words that may have been spaced out or glued together: %s', (_name, text, respaced) => {
  expect(isRespaced(fold(text))).toBe(respaced);
});

test.each([
  ['pr0mpt', true],
  ['pa$$word', true],
  ['h4', false],
  ['3d', false],
  ['a 0 b', false],
  ['1984', false],
  ['word', false],
])('digits and signs within a word: %s', (text, leet) => {
  expect(LEET.test(text)).toBe(leet);
});

test('without its spaces a text has its letters, where they were', () => {
  expect(read('a bc', join)).toEqual({ text: 'abc', origins: [0, 2, 3], wide: false });
  expect(read('忽 略', join)).toEqual({ text: '忽略', origins: [0, 2], wide: true });
});

test('moved on by thirteen every letter is another, and all else is as it was', () => {
  expect(read('az mn 4 忽', rot13)).toMatchObject({ text: ' nm za 4 忽 ', wide: true });
  expect(read('a', rot13)).toMatchObject({ text: ' n ', wide: false });
});

test('backwards it is read from its end', () => {
  const { text, origins, wide } = read('ab c忽', backwards);
  expect([text, wide]).toEqual([' 忽c ba ', true]);
  expect(origins.slice(1, -1)).toEqual([4, 3, 2, 1, 0]);
});

test('word by word backwards each word is where it was', () => {
  const { text, origins, wide } = read('ab c忽', wordsBackwards);
  expect([text, wide]).toEqual([' ba 忽c ', true]);
  expect(origins.slice(1, -1)).toEqual([1, 0, 2, 4, 3]);
});
