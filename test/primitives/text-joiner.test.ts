import { expect, test } from 'vitest';
import { TextJoiner } from '../../src/primitives/text-joiner.ts';

test('reads a text to its end, and leaves an empty one alone', () => {
  const joiner = new TextJoiner();
  let text = '';
  for (const piece of ['The quick ', 'brown fox ', 'jumps']) text += piece;
  joiner.join(text);
  expect(joiner.lastCharacter).toBe('s'.charCodeAt(0));
  joiner.join('');
  expect(joiner.lastCharacter).toBe('s'.charCodeAt(0));
});
