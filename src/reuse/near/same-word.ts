import { hasMeaning } from './lexicon.ts';

/** Shorter words are too often other words when a letter is wrong. */
const SHORTEST = 5;

/**
 * Whether two different words are the same one, once mistyped: Latin letters, the same first and last letter, and one
 * letter missing, doubled, wrong or two neighbours swapped (Damerau 1964) in the longer one's five or more. Two words that
 * both exist are two words.
 */
export function sameButMistyped(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || Math.max(a.length, b.length) < SHORTEST) return false;
  if (a[0] !== b[0] || a.at(-1) !== b.at(-1) || !oneEdit(a, b)) return false;
  return !(hasMeaning(a) && hasMeaning(b)) && isLatin(a) && isLatin(b);
}

const isLatin = (word: string): boolean => /^[a-z]+$/.test(word);

function oneEdit(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  let at = 0;
  while (at < short.length && short[at] === long[at]) at++;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  if (short.slice(at + 1) === long.slice(at + 1)) return true;
  return short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
}
