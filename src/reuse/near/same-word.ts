import { hasMeaning } from './lexicon.ts';

/** Shorter words are too often other words when a letter is wrong. */
const SHORTEST = 5;

/** Of a wrong letter: two vowels are mistaken for one another where their keys are neighbours; others make another word. */
const NEIGHBOURS: ReadonlySet<string> = new Set(['io', 'oi', 'iu', 'ui']);
const VOWEL = /[aeiou]/;
/** Salts whose names end otherwise are other salts. */
const SALTS = /(i[dt]e|ate)$/;
const ROMAN = /^[ivxlcdm]+$/;

/**
 * Whether two different words are the same one, once mistyped: Latin letters, the same first and last letter, and one
 * letter missing, doubled, wrong or two neighbours swapped (Damerau 1964) in the longer one's five or more. Two words that
 * both exist are two words, and so are two that a vowel tells apart (propane, propene), numbers in Roman letters, and what
 * has no vowel.
 */
export function sameButMistyped(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || Math.max(a.length, b.length) < SHORTEST) return false;
  if (a[0] !== b[0] || a.at(-1) !== b.at(-1) || !oneEdit(a, b)) return false;
  return !(hasMeaning(a) && hasMeaning(b)) && isLatin(a) && isLatin(b) && !haveOtherMeaning(a, b);
}

const isLatin = (word: string): boolean => /^[a-z]+$/.test(word);

function haveOtherMeaning(a: string, b: string): boolean {
  if ((ROMAN.test(a) && ROMAN.test(b)) || !/[aeiouy]/.test(a + b)) return true;
  if (a.length !== b.length) return false;
  const at = [...a].findIndex((letter, place) => letter !== b[place]);
  // Swapped neighbours are no wrong letter.
  if (a.slice(at + 1) !== b.slice(at + 1)) return false;
  const letters = `${a[at]}${b[at]}`;
  if (VOWEL.test(letters[0]!) && VOWEL.test(letters[1]!)) return !NEIGHBOURS.has(letters);
  return SALTS.test(a) && SALTS.test(b);
}

function oneEdit(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  if (short.slice(at + 1) === long.slice(at + 1)) return true;
  return short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
}
