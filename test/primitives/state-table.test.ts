import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tabulate } from '../../src/primitives/state-table.ts';

interface Count {
  readonly a: number;
  readonly b: number;
}

/** Ends with the third `a` behind the last `c`, or with the second `b`. */
function step({ a, b }: Count, letter: string): Count | null {
  if (letter === 'c') return { a: 0, b };
  const next = letter === 'a' ? { a: a + 1, b } : { a, b: b + 1 };
  return next.a === 3 || next.b === 2 ? null : next;
}

const LETTERS = ['a', 'b', 'c'];

test('the table leads where the function does, and stays at the end', () => {
  const { next, start, end } = tabulate({ a: 0, b: 0 }, LETTERS, step, ({ a, b }) => 10 * a + b);
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...LETTERS), { maxLength: 12 }), (text) => {
      let state: Count | null = { a: 0, b: 0 };
      let row = start;
      for (const letter of text) {
        state = state === null ? null : step(state, letter);
        row = next[row + LETTERS.indexOf(letter)]!;
        expect(row === end).toBe(state === null);
      }
    }),
  );
});

test('it has a row for each state that can be reached, and one for the end', () => {
  const { next } = tabulate({ a: 0, b: 0 }, LETTERS, step, ({ a, b }) => 10 * a + b);
  expect(next.length).toBe((3 * 2 + 1) * LETTERS.length);
});
