import { DIRECTIONS, FILLERS, NAMES, NEGATIONS, NUMBERS, OPPOSITES, UNITS } from './lexicon.ts';
import { sameButMistyped } from './same-word.ts';
import { signsOf } from './signs.ts';
import type { Wording } from './wording.ts';

/**
 * Why two texts are not the same question, whatever their distance; `wording`: words differ that none of the others names;
 * `sign`: no words do.
 */
export type Veto =
  | 'number'
  | 'unit'
  | 'negation'
  | 'antonym'
  | 'named_entity'
  | 'direction'
  | 'code'
  | 'wording'
  | 'sign';

/** Whether a text is English, which is what the rest of this file knows: one letter more makes `kleine` of German `keine`. */
const ENGLISH: ReadonlySet<string> = new Set(
  `the my what how you for are this that with can and your why where when to would should does did have has please tell need
  want from about any if it its me do of on is will`.split(/\s+/),
);
const OTHER_LANGUAGES: ReadonlySet<string> = new Set(
  `der das und nicht ist ein eine einen kein keine ich wie wir sie mit von que el los las una por para como le les des est pas
  une je vous nous dans il che di per non sono della não uma com het een niet van och att det är jest nie się ve bir yo tu él
  quiero puedo tengo como donde cuando hay este esta mi mis muy pero sin del al se ne ou où qui suis peux veux mon ma mes sur
  avec bei zu im ist bin kann wo wer wann warum mein meine auf für aus sind il lo gli ho come posso voglio mio nella o os eu
  do da em quero ik je kan mijn waar`.split(/\s+/),
);

/** Misspelt words that are forgiven: one, and another one for every eight words. */
const WORDS_PER_TYPO = 8;

/**
 * Compares two texts word by word: null when they differ only in fillers and typing errors. What differs decides the
 * name of the veto, the graver one first.
 */
export function vetoOf(a: Wording, b: Wording): Veto | null {
  if (a.code || b.code) return 'code';
  if (a.act !== b.act) return 'wording';
  let typos =
    isForeign(a.words) || isForeign(b.words) ? 0 : 1 + Math.max(a.words.length, b.words.length) / WORDS_PER_TYPO;
  let i = 0;
  let j = 0;
  while (i < a.words.length || j < b.words.length) {
    const mine = a.words[i];
    const other = b.words[j];
    if (mine !== undefined && mine === other) {
      i++;
      j++;
    } else if (mine !== undefined && other !== undefined && typos >= 1 && sameButMistyped(mine, other)) {
      typos--;
      i++;
      j++;
    } else if (isFiller(a.words, i)) i++;
    else if (isFiller(b.words, j)) j++;
    else return kindOf(a.words, b.words);
  }
  return sameSigns(a.text, b.text) ? null : 'sign';
}

function sameSigns(a: string, b: string): boolean {
  const others = signsOf(b);
  const mine = signsOf(a);
  return mine.length === others.length && mine.every((sign, at) => sign === others[at]);
}

function isForeign(words: readonly string[]): boolean {
  let balance = 0;
  for (const word of words) {
    if (OTHER_LANGUAGES.has(word)) balance++;
    else if (ENGLISH.has(word)) balance--;
  }
  return balance > 0;
}

/** The last word is never one: vitamin a. */
const isFiller = (words: readonly string[], at: number): boolean => at < words.length - 1 && FILLERS.has(words[at]!);

function kindOf(a: readonly string[], b: readonly string[]): Veto {
  const mine = without(a, b);
  const others = without(b, a);
  const all = [...mine, ...others];
  // The same words in another order: from A to B.
  if (all.length === 0) return 'direction';
  const some = (words: ReadonlySet<string>): boolean => all.some((word) => words.has(word));
  const both = (words: ReadonlySet<string>): boolean =>
    mine.some((word) => words.has(word)) && others.some((word) => words.has(word));
  // Digits, and the signs beside them.
  if (all.some((word) => /[^\p{L}\p{M}]/u.test(word)) || both(NUMBERS)) return 'number';
  if (some(NEGATIONS)) return 'negation';
  if (both(UNITS)) return 'unit';
  if (both(OPPOSITES)) return 'antonym';
  if (both(DIRECTIONS)) return 'direction';
  if (both(NAMES)) return 'named_entity';
  return 'wording';
}

/** The words of one list that the other lacks, counted. */
function without(words: readonly string[], others: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const word of others) counts.set(word, (counts.get(word) ?? 0) + 1);
  return words.filter((word) => {
    const count = counts.get(word) ?? 0;
    if (count > 0) counts.set(word, count - 1);
    return count === 0;
  });
}
