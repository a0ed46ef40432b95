import { expect, test } from 'vitest';
import { Utf8Words } from '../../../src/primitives/utf8-words.ts';
import { KnownTexts } from '../../../src/reuse/near/known-texts.ts';

const LONG = 'long '.repeat(2000);

test('whatever is put into a slot is there until something else is', () => {
  const known = new KnownTexts<unknown>(2);
  const utf8 = new Utf8Words();
  const put = (slot: number, text: string, value: unknown, scope: string): void => {
    utf8.take(text);
    known.put(slot, utf8, text, value, scope);
  };
  const kinds: readonly (readonly [string, unknown, string])[] = [
    ['plain', 'plain', ''],
    ['', '', ''],
    ['its value is another', 7, ''],
    ['it has a scope', 'it has a scope', 'tenant A'],
    ['grüße 你好 😀', 'grüße 你好 😀', ''],
    ['half a pair \ud83d', 'half a pair \ud83d', ''],
    [LONG, LONG, ''],
  ];
  put(1, 'the other', 'the other', '');
  for (const before of kinds) {
    for (const [text, value, scope] of kinds) {
      put(0, ...before);
      put(0, text, value, scope);
      expect([known.at(0), known.scope(0)]).toEqual([{ text, value }, scope]);
    }
  }
  expect([known.at(1), known.scope(1)]).toEqual([{ text: 'the other', value: 'the other' }, '']);
  known.clear();
  put(0, 'plain', 'plain', '');
  expect([known.at(0), known.scope(0)]).toEqual([{ text: 'plain', value: 'plain' }, '']);
});
