import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wholeText } from '../../src/primitives/whole-text.ts';

const piece = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(' ', '\n', '\u00a0', 'ü', '中', '\ud83d', 'a longer piece of text'),
);

test('whatever it is made of, a text stays the same', () => {
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      let text = '';
      for (const each of pieces) text += each;
      expect(wholeText(text)).toBe(pieces.join(''));
    }),
  );
});
