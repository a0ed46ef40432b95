import { onWhole, type TransformDefinition } from './transform.ts';

const LETTERS = /\p{L}/gu;
const LATIN = /\p{Script=Latin}/u;

/**
 * Puts `[lang:en]` before a text whose letters are Latin for the most part, and `[lang:other]` before any other. It tells
 * scripts apart, not languages: French is tagged as `en`. A text without letters counts as Latin.
 */
export const languageTag: TransformDefinition<object> = {
  example: 'language_tag',
  incremental: false,
  create: () => onWhole((text) => `[lang:${isLatin(text) ? 'en' : 'other'}] ${text}`),
};

function isLatin(text: string): boolean {
  let latin = 0;
  let letters = 0;
  for (const [letter] of text.matchAll(LETTERS)) {
    letters++;
    if (LATIN.test(letter)) latin++;
  }
  return latin * 2 >= letters;
}
