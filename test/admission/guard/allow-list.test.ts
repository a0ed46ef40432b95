import { describe, expect, test } from 'vitest';
import { AllowList } from '../../../src/admission/guard/allow-list.ts';
import { Folded, Folder } from '../../../src/admission/guard/fold.ts';

const folder = new Folder();

/** What is left to be judged of a text when these phrases are allowed. */
function left(text: string, ...allowed: string[]): string {
  const view = new Folded(0);
  folder.fold(text, 0, text.length, view);
  new AllowList(allowed, folder).blank(view);
  return view.text(0, view.length).trim().replace(/ +/g, ' ');
}

describe('an allowed phrase', () => {
  test('leaves the text, and what stands on both sides stays', () => {
    expect(left('In a black box lies a box.', 'black box')).toBe('in a lies a box');
  });

  test('leaves it wherever it stands: at the start, at the end, next to itself, alone', () => {
    expect(left('Black box here, and there a black box', 'black box')).toBe('here and there a');
    expect(left('a black box black box b', 'black box')).toBe('a b');
    expect(left('black box', 'black box')).toBe('');
  });

  test('is known in capitals, with accents, over lines', () => {
    expect(left('a BLÄCK,\n  box b', 'Black   box')).toBe('a b');
  });

  test('is none where it is part of a word, or a part of it is missing', () => {
    expect(left('the foxes in black boxes', 'fox', 'black box')).toBe('the foxes in black boxes');
    expect(left('a black', 'black box')).toBe('a black');
  });

  test('leaves together with another that shares words with it', () => {
    expect(left('the black box office opens', 'black box', 'box office')).toBe('the opens');
  });

  test('of nothing but signs allows nothing', () => {
    expect(left('what?! - a black box', '?!', ' - ', 'black')).toBe('what a box');
  });
});
