// Text to search terms. Both sides of the index go through here: what is indexed and what is asked.

/** Letters and digits; what scripts without spaces write in one go is cut up below. */
const WORD = /[\p{L}\p{N}\p{M}]+/gu;
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const ASCII = /^[\x00-\x7f]*$/;

/** Longer ones are data, such as encoded images or keys. */
const LONGEST_TERM = 40;
/** Terms of a question at most: a whole file piped in as the prompt would otherwise be asked word by word. */
const MOST_ASKED = 32;

/** English words that say nothing about what is asked. */
const EMPTY_WORDS = new Set(
  `a about all also am an and any are as at be been but by can could did do does for from get had has have he her him
  his how i if in into is it its just me my no not of on or our out she should so some such than that the their them then
  there these they this those to up us was we were what when where which who whom whose why will with would you your`.split(
    /\s+/,
  ),
);

/** The search terms of a text, in order, repetitions included. */
export function termsOf(text: string): string[] {
  const terms: string[] = [];
  const folded = (ASCII.test(text) ? text : text.normalize('NFKC')).toLowerCase();
  for (const [word] of folded.matchAll(WORD)) {
    if (UNSPACED.test(word)) terms.push(...pairsOf(word));
    else if (word.length <= LONGEST_TERM && !EMPTY_WORDS.has(word)) terms.push(stem(word));
  }
  return terms;
}

/** The distinct terms of a question; empty when it asks for nothing in particular. */
export function questionTerms(question: string): string[] {
  // The first 4,000 characters hold more terms than are asked for, unless somebody pads them.
  return [...new Set(termsOf(question.slice(0, 4000)))].slice(0, MOST_ASKED);
}

/** Overlapping pairs of characters: how scripts without spaces are searched without a dictionary. */
function pairsOf(word: string): string[] {
  const characters = [...word];
  if (characters.length === 1) return characters;
  return characters.slice(1).map((character, i) => characters[i]! + character);
}

/**
 * `sheds`, `shedding` and `shed` are one term, so are `query` and `queries`, `cache` and `caching`. After the first
 * step of Porter's stemmer (1980) with the final e dropped as in his fifth: endings of inflection only.
 */
function stem(word: string): string {
  if (word.length < 4 || !/^[a-z]+$/.test(word)) return word;
  let root = word;
  if (/(?:ss|i)es$/.test(root)) root = root.slice(0, -2);
  else if (/[^s]s$/.test(root)) root = root.slice(0, -1);
  const inflected = /^(.*[aeiouy].*?)(?:ed|ing)$/.exec(root);
  if (inflected !== null && inflected[1]!.length > 1) root = inflected[1]!.replace(/([^aeiouylsz])\1$/, '$1');
  if (root.length < 4) return root;
  return root.replace(/e$/, '').replace(/([^aeiou])y$/, '$1i');
}
