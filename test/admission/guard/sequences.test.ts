import { expect, test } from 'vitest';
import type { Concept } from '../../../src/admission/guard/lexicon.ts';
import { RULES } from '../../../src/admission/guard/rules.ts';
import { ALONE, sequences } from '../../../src/admission/guard/sequences.ts';
import { CONCEPTS } from '../../../src/admission/guard/words.ts';

const { begins, ends } = sequences();

/** Whether words of these concepts, in this order, leave a doubt. */
function isDoubtful(...said: readonly Concept[]): boolean {
  let begun = ALONE;
  for (const concept of said) {
    const at = CONCEPTS.indexOf(concept);
    if ((begun & ends[at]!) !== 0) return true;
    begun |= begins[at]!;
  }
  return false;
}

test.each(RULES.map(({ name, steps }) => [name, steps] as const))(
  '%s: its steps are in doubt, whatever else is said',
  (_, steps) => {
    const others = CONCEPTS.filter((concept) => !isDoubtful(concept));
    expect(isDoubtful(...steps)).toBe(true);
    expect(isDoubtful(...steps.flatMap((step) => [...others.slice(0, 9), step]))).toBe(true);
  },
);

test('alone only a word that is a rule of its own is in doubt, or one that shows that a text is disguised', () => {
  const rules = RULES.flatMap(({ steps }) => (steps.length === 1 ? steps : []));
  expect(CONCEPTS.filter((concept) => isDoubtful(concept)).sort()).toEqual(
    [...new Set<string>([...rules, 'rot13', 'backwards'])].sort(),
  );
});

test('two words are in doubt where they are a rule, or the end of one of three steps; not the other way round', () => {
  const isRule = (pair: readonly string[]): boolean => RULES.some(({ steps }) => steps.join() === pair.join());
  const quiet = CONCEPTS.filter((concept) => !isDoubtful(concept));
  for (const pair of quiet.flatMap((first) => quiet.map((second) => [first, second] as const))) {
    const isEnd = RULES.some(({ steps: [one, two, three] }) => {
      if (two !== pair[0] || three !== pair[1]) return false;
      // Where two of its steps are a rule of their own, those say enough.
      return ![
        [one!, two],
        [one!, three],
        [two, three],
      ].some(isRule);
    });
    expect(isDoubtful(...pair), pair.join()).toBe(isRule(pair) || isEnd);
  }
});

test('what people say without any harm is in no doubt', () => {
  expect(isDoubtful('prior', 'rules')).toBe(false);
  expect(isDoubtful('rules', 'prior', 'prior')).toBe(false);
  expect(isDoubtful('secret', 'ask')).toBe(false);
  expect(isDoubtful('override', 'prior', 'rules')).toBe(true);
});
