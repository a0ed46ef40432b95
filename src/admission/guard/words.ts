import type { Folder } from './fold.ts';
import { type Concept, LEXICON } from './lexicon.ts';

/** Letters outside the Latin blocks. */
const NOT_LATIN = /[^\u0000-\u024f\u1e00-\u1eff]/;
/** Scripts that put no spaces between their words, or glue particles to them. */
const UNSPACED = /[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]/;

export const CONCEPTS = Object.keys(LEXICON) as readonly Concept[];

/**
 * The words of the lexicon as they stand in a folded text, each with the index of its concept.
 * @param spaced with the spaces around them, or without any
 * @param wide those of other alphabets than the Latin one, or the others
 */
export function wordsOf(folder: Folder, spaced: boolean, wide: boolean): readonly (readonly [string, number])[] {
  return CONCEPTS.flatMap((name, concept) => {
    const words = LEXICON[name].split('|').filter((word) => NOT_LATIN.test(word) === wide);
    return [...new Set(words.map((word) => folder.phrase(word)))].map((word) => {
      const bounded = UNSPACED.test(word) ? word : ` ${word} `;
      return [spaced ? bounded : word.replaceAll(' ', ''), concept] as const;
    });
  });
}
