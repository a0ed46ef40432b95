import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Skeleton } from '../../../src/reuse/near/skeleton.ts';

const skeleton = new Skeleton();

/** Read at once, and token by token. */
function bothOf(text: string) {
  const atOnce = skeleton.of(text);
  const { content } = skeleton;
  const byTokens = skeleton.ofTokens(text);
  return [
    { ...atOnce, content },
    { ...byTokens, content: skeleton.content },
  ];
}

const pieces = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('the', 'The', 'a', 'I', 'please', 'queue', 'what', 'really', 'zz', 'Abcdefghij'),
  },
  { weight: 3, arbitrary: fc.constantFrom(' ', '  ', '\n', ', ', '. ', ' - ', '-') },
  { weight: 2, arbitrary: fc.constantFrom('7', '42', '2026', '"', '!', '(', ')', ':', ';', '`', '_') },
  {
    weight: 1,
    arbitrary: fc.constantFrom("don't", "'quoted'", '3.5', '1,000', '$', '*', '/', '@', 'caf\u00e9', '\u2019', '5 - 3'),
  },
);

test('a plain text has the skeleton that its tokens make', () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 120 }), (words) => {
      const [atOnce, byTokens] = bothOf(words.join(''));
      expect(atOnce).toEqual(byTokens);
    }),
    { numRuns: 500 },
  );
});

test('whatever its length', () => {
  const words = 'Which of the 5 queues, if any, sheds load when a service is full and why does it do so at all ';
  for (let length = 0; length < 400; length++) {
    const [atOnce, byTokens] = bothOf(words.repeat(5).slice(0, length));
    expect(atOnce).toEqual(byTokens);
  }
  for (const length of [4094, 4095, 4096, 4097, 9000]) {
    for (const text of [words, 'a ', 'x1', 'the ']) {
      const [atOnce, byTokens] = bothOf(text.repeat(9000 / text.length + 1).slice(0, length));
      expect(atOnce).toEqual(byTokens);
    }
  }
});

test('what stood in the text before leaves no trace', () => {
  bothOf('some words and 12 numbers '.repeat(20));
  const [short] = bothOf('one word');
  bothOf('9'.repeat(300));
  expect(bothOf('one word')).toEqual([short, short]);
});
