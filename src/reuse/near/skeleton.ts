import { BitVotes, type Fingerprint } from '../../primitives/simhash.ts';
import { FILLERS } from './lexicon.ts';
import { CLOSERS, OPENERS } from './openers.ts';
import { CONTRACTION, NUMBER, SYMBOL, type Tokens, WORD } from './tokens.ts';
import { CONTRACTED, plainSign, SLOPPY, writeOut } from './wording.ts';

const LETTER_A = 0x61;
const SHORT = 3;
/** Keys of words with more letters, and those of everything else, so that no two sorts meet. */
const LONG = 1 << 20;
const OTHER = 1 << 21;
const OTHER_HALF = 0x5bd1e995;

/**
 * A SimHash that is deaf to what makes no difference: case, punctuation, typing errors, polite phrases, contractions. A
 * word of four or more letters counts by its first and last one, which typing errors leave alone; what might be a word of
 * an opening or closing phrase or of a contraction doesn't count at all. Texts that pass the comparison word by word differ here in
 * filler words only; others may coincide, so this finds candidates and decides nothing.
 */
export class Skeleton {
  private readonly votes = new BitVotes();
  /**
   * A digest of the words of the latest text that are no fillers, in whatever order: two texts that are nearly the same
   * have the same one, so that texts made from one template don't all look alike.
   */
  content = 0;

  of(tokens: Tokens): Fingerprint {
    this.votes.clear();
    this.content = 0;
    for (let index = 0; index < tokens.count; index++) {
      const kind = tokens.kinds[index];
      if (kind === WORD) this.count(wordKey(tokens.text, tokens.starts[index]!, tokens.ends[index]!));
      else if (kind === CONTRACTION) this.contraction(tokens.word(index));
      else if (kind === NUMBER || kind === SYMBOL) this.count(textKey(plainSign(tokens.word(index))));
      else this.count(textKey(tokens.word(index)));
    }
    return this.votes.result();
  }

  private contraction(word: string): void {
    const words: string[] = [];
    writeOut(word, words);
    for (const part of words) this.count(wordKey(part, 0, part.length));
  }

  private count(key: number): void {
    if (key === 0) return;
    const bits = scatter(key);
    this.votes.add(bits, scatter(key ^ OTHER_HALF));
    if (!FILLER_KEYS.has(key)) this.content = (this.content + bits) | 0;
  }
}

/** What a word of ASCII letters counts as; 0 for nothing. */
function wordKey(text: string, start: number, end: number): number {
  if (end - start <= SHORT) {
    const key = pack(text, start, end);
    return DEAF_SHORT[key] === 1 ? 0 : key;
  }
  const ends = endsOf(text, start, end);
  return DEAF_LONG[ends] === 1 ? 0 : LONG | ends;
}

/** Up to three letters, five bits each. */
function pack(text: string, start: number, end: number): number {
  let packed = 0;
  for (let at = start; at < end; at++) packed = (packed << 5) | ((text.charCodeAt(at) - LETTER_A + 1) & 31);
  return packed;
}

const endsOf = (text: string, start: number, end: number): number =>
  ((text.charCodeAt(start) & 31) << 5) | (text.charCodeAt(end - 1) & 31);

/** FNV-1a over the code units. */
function textKey(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return text === 'and' ? pack(text, 0, 3) : hash | OTHER;
}

/** Spreads a key over 32 bits: the finaliser of MurmurHash3. */
function scatter(key: number): number {
  let hash = key ^ (key >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

const DEAF = new Set(
  [
    ...OPENERS.flatMap(({ words }) => words),
    ...CLOSERS.flat(),
    ...SLOPPY.keys(),
    ...[...SLOPPY.values()].flat(),
    ...CONTRACTED,
  ].filter((word) => /^[a-z]+$/.test(word)),
);
const DEAF_SHORT = new Uint8Array(1 << 15);
const DEAF_LONG = new Uint8Array(1 << 10);
for (const word of DEAF) {
  if (word.length <= SHORT) DEAF_SHORT[pack(word, 0, word.length)] = 1;
  else DEAF_LONG[endsOf(word, 0, word.length)] = 1;
}
/** Longer fillers share theirs with other words; those are no part of the content then. */
const FILLER_KEYS = new Set([...FILLERS].map((word) => wordKey(word, 0, word.length)));
