import { ABOUT, CLOSERS, OPENERS, type Opener, QUOTING } from './openers.ts';
import { sameButMistyped } from './same-word.ts';
import { BREAK, KIND, NUMBER, ROW, SYMBOL, type Tokens } from './tokens.ts';

/** What a text asks, without how it asks. */
export interface Wording {
  /** How it began: the phrase that stands for all of its kind, or `''`. */
  readonly act: string;
  /** Its words, numbers and signs, in lower case, contractions written out. */
  readonly words: readonly string[];
  /** Signs of code or markup are in it: no two texts are nearly the same then. */
  readonly code: boolean;
  /** The text itself, for the signs that are no words. */
  readonly text: string;
}

/** Contractions without their apostrophe; those that are words of their own (ill, were, its) are not here. */
export const SLOPPY: ReadonlyMap<string, readonly string[]> = new Map(
  `whats:what is|thats:that is|theres:there is|wheres:where is|hows:how is|whos:who is|whens:when is|heres:here is|im:i am
  |ive:i have|youre:you are|youve:you have|youll:you will|theyre:they are|theyve:they have|theyll:they will|weve:we have
  |dont:do not|doesnt:does not|didnt:did not|isnt:is not|arent:are not|wasnt:was not|werent:were not|hasnt:has not
  |havent:have not|hadnt:had not|cant:can not|couldnt:could not|wont:will not|wouldnt:would not|shouldnt:should not
  |mustnt:must not|neednt:need not|cannot:can not|lets:let us|itll:it will|thatll:that will`
    .split('|')
    .map((entry) => entry.trim().split(':') as [string, string])
    .map(([short, long]) => [short, long.split(' ')]),
);

const ENDINGS: ReadonlyMap<string, string> = new Map([
  ['d', 'would'],
  ['ll', 'will'],
  ['ve', 'have'],
  ['re', 'are'],
  ['m', 'am'],
]);

/** Before these, an apostrophe and an s are `is`; elsewhere they say whose. */
const SUBJECTS: ReadonlySet<string> = new Set(
  'what who where when why how that this there here he she everything something nothing everyone someone'.split(' '),
);

/** Words that writing out takes apart, puts together or makes. */
export const CONTRACTED: readonly string[] = [
  ...ENDINGS.values(),
  ...SUBJECTS,
  'it',
  'its',
  'is',
  'not',
  'let',
  'us',
  'shall',
];

const APOSTROPHES = /['\u2018\u2019\u02bc]/;
const THOUSANDS = /^\d{1,3}(,\d{3})+(\.\d+)?$/;

export function wordingOf(text: string, tokens: Tokens): Wording {
  tokens.read(text);
  const words: string[] = [];
  /** Words behind which there is punctuation. */
  const stops = new Set<number>();
  for (let index = 0; index < tokens.count; index++) {
    const word = tokens.word(index);
    const kind = tokens.rows[index * ROW + KIND];
    if (kind === NUMBER || kind === SYMBOL) words.push(plainSign(word));
    else writeOut(word, words);
    if (tokens.rows[index * ROW + BREAK] === 1) stops.add(words.length);
  }
  return { ...strip(words, stops), code: tokens.code, text };
}

/** A number without thousands separators, a sign by its one name. */
export function plainSign(sign: string): string {
  if (sign === '&') return 'and';
  return THOUSANDS.test(sign) ? sign.replaceAll(',', '') : sign;
}

/** Appends a word, in full if it is contracted. */
export function writeOut(word: string, words: string[]): void {
  // Contracted, as people often leave the apostrophe out: that it may say whose does no harm.
  if (word === 'is' && words.at(-1) === 'it') {
    words[words.length - 1] = 'its';
    return;
  }
  const sloppy = word.length > 8 ? undefined : SLOPPY.get(word);
  if (sloppy !== undefined) {
    words.push(...sloppy);
    return;
  }
  const at = word.length < 3 ? -1 : word.search(APOSTROPHES);
  if (at < 0) {
    words.push(word);
    return;
  }
  const stem = word.slice(0, at);
  const ending = word.slice(at + 1);
  const full = ENDINGS.get(ending);
  if (full !== undefined) words.push(stem, full);
  else if (ending === 't' && stem.endsWith('n')) words.push(positive(stem), 'not');
  else if (ending === 's' && stem === 'let') words.push(stem, 'us');
  else if (ending === 's' && stem === 'it') words.push('its');
  else if (ending === 's' && SUBJECTS.has(stem)) words.push(stem, 'is');
  else words.push(stem + ending);
}

const positive = (stem: string): string =>
  stem === 'can' ? 'can' : stem === 'won' ? 'will' : stem === 'shan' ? 'shall' : stem.slice(0, -1);

/** Takes polite words off both ends, and puts one opening phrase in place of all that say the same. */
function strip(words: readonly string[], stops: ReadonlySet<number>): Pick<Wording, 'act' | 'words'> {
  let from = 0;
  let to = words.length;
  let act = '';
  for (let found = opener(words, stops, from, to); found !== null; found = opener(words, stops, from, to)) {
    from += found.words.length;
    if (found.stands !== '') act = found.stands;
  }
  for (let length = closer(words, stops, from, to); length > 0; length = closer(words, stops, from, to)) to -= length;
  const rest = words.slice(from, to).filter((word, index, all) => !isPlease(word) || QUOTING.has(all[index - 1] ?? ''));
  return { act, words: rest };
}

function opener(words: readonly string[], stops: ReadonlySet<number>, from: number, to: number): Opener | null {
  const first = words[from];
  if (first === undefined) return null;
  for (const candidate of openersWith(first)) {
    const { length } = candidate.words;
    // Something must be left to ask.
    if (from + length >= to || !startsWith(words, from, candidate.words)) continue;
    const doubtful = candidate.stop || (candidate.stands === '' && ABOUT.has(words[from + length]!));
    if (doubtful && !stops.has(from + length)) continue;
    return candidate;
  }
  return null;
}

const initials = (word: string): string => `${word[0]}${word.at(-1)}`;
const BY_INITIALS = Map.groupBy(OPENERS, ({ words }) => initials(words[0]!));
const NONE: readonly Opener[] = [];
const openersWith = (first: string): readonly Opener[] => BY_INITIALS.get(initials(first)) ?? NONE;

function closer(words: readonly string[], stops: ReadonlySet<number>, from: number, to: number): number {
  for (const phrase of CLOSERS) {
    const start = to - phrase.length;
    if (start <= from || !startsWith(words, start, phrase)) continue;
    return QUOTING.has(words[start - 1]!) && !stops.has(start) ? 0 : phrase.length;
  }
  return 0;
}

function startsWith(words: readonly string[], from: number, phrase: readonly string[]): boolean {
  return phrase.every((word, index) => alike(words[from + index]!, word));
}

const alike = (written: string, word: string): boolean => written === word || sameButMistyped(written, word);
const isPlease = (word: string): boolean => (word[0] === 'p' && alike(word, 'please')) || word === 'kindly';
