import { BitVotes, type Fingerprint } from '../../primitives/simhash.ts';
import { FILLERS } from './lexicon.ts';
import { CLOSERS, OPENERS } from './openers.ts';
import { type Ballot, type Ballots, PlainSkeleton } from './plain-skeleton.ts';
import { CONTRACTION, END, KIND, NUMBER, ROW, START, SYMBOL, Tokens, WORD } from './tokens.ts';
import { CONTRACTED, plainSign, SLOPPY, writeOut } from './wording.ts';

const COMMA = 0x2c;
const AMPERSAND = 0x26;
const FNV_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const SHORT = 3;
/** Keys of words with more letters, and those of everything else, so that no two sorts meet. */
const LONG = 1 << 20;
const OTHER = 1 << 21;
const OTHER_HALF = 0x5bd1e995;
const SCATTER = [0x85ebca6b, 0xc2b2ae35] as const;

/**
 * A SimHash that is deaf to what makes no difference: case, punctuation, typing errors, polite phrases, contractions. A
 * word of four or more letters counts by its first and last one, which typing errors leave alone; what might be a word of
 * an opening or closing phrase or of a contraction doesn't count at all. Texts that pass the comparison word by word differ here in
 * filler words only; others may coincide, so this finds candidates and decides nothing.
 */
export class Skeleton {
  private readonly votes = new BitVotes();
  private readonly plain = new PlainSkeleton(BALLOTS);
  /** Of the text that is read token by token. */
  readonly tokens = new Tokens(this.plain.buffer);
  /**
   * A digest of the words of the latest text that are no fillers, in whatever order: two texts that are nearly the same
   * have the same one, so that texts made from one template don't all look alike.
   */
  content = 0;

  of(text: string): Fingerprint {
    const { read, written } = this.tokens.encoded(text);
    const plain = read === text.length && written === read ? this.plain.of(written) : null;
    if (plain === null) return this.ofTokens(text);
    this.content = this.plain.content;
    return plain;
  }

  /** The same of any text, token by token. */
  ofTokens(text: string): Fingerprint {
    const tokens = this.tokens.read(text);
    this.votes.clear();
    this.content = 0;
    const { bytes, rows, count } = tokens;
    for (let index = 0; index < count; index++) {
      const row = index * ROW;
      const kind = rows[row + KIND];
      if (kind === WORD) this.count(wordKey(bytes, rows[row + START]!, rows[row + END]!));
      else if (kind === CONTRACTION) this.contraction(tokens.word(index));
      else if (kind === NUMBER || kind === SYMBOL) this.count(signKey(tokens, index));
      else this.count(textKey(tokens.word(index)));
    }
    return this.votes.result();
  }

  private contraction(word: string): void {
    const words: string[] = [];
    writeOut(word, words);
    for (const part of words) this.count(keyOf(part));
  }

  private count(key: number): void {
    if (key === 0) return;
    const bits = scatter(key);
    this.votes.add(bits, scatter(key ^ OTHER_HALF));
    if (!isFiller(key)) this.content = (this.content + bits) | 0;
  }
}

/** What a word of ASCII letters counts as, capitals or not; 0 for nothing. */
function wordKey(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > SHORT) return longKey(bytes[start]!, bytes[end - 1]!);
  let packed = 0;
  for (let at = start; at < end; at++) packed = (packed << 5) | (bytes[at]! & 31);
  return DEAF_SHORT[packed] === 1 ? 0 : packed;
}

/** The same of any word. */
function keyOf(word: string): number {
  if (word.length > SHORT) return longKey(word.charCodeAt(0), word.charCodeAt(word.length - 1));
  const packed = pack(word);
  return DEAF_SHORT[packed] === 1 ? 0 : packed;
}

function longKey(first: number, last: number): number {
  const ends = ((first & 31) << 5) | (last & 31);
  return DEAF_LONG[ends] === 1 ? 0 : LONG | ends;
}

/** Up to three letters, five bits each. */
function pack(word: string): number {
  let packed = 0;
  for (let at = 0; at < word.length; at++) packed = (packed << 5) | (word.charCodeAt(at) & 31);
  return packed;
}

const endsOf = (word: string): number => ((word.charCodeAt(0) & 31) << 5) | (word.charCodeAt(word.length - 1) & 31);

/** What a number or a sign counts as: nearly all are plain, and need not become a string. */
function signKey(tokens: Tokens, index: number): number {
  const { bytes, rows } = tokens;
  const end = rows[index * ROW + END]!;
  let hash = FNV_BASIS;
  for (let at = rows[index * ROW + START]!; at < end; at++) {
    const byte = bytes[at]!;
    if (byte >= 128 || byte === COMMA || byte === AMPERSAND) return textKey(plainSign(tokens.word(index)));
    hash = Math.imul(hash ^ byte, FNV_PRIME);
  }
  return hash | OTHER;
}

/** FNV-1a over the code units. */
function textKey(text: string): number {
  let hash = FNV_BASIS;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  return text === 'and' ? pack(text) : hash | OTHER;
}

/** Spreads a key over 32 bits: the finaliser of MurmurHash3. */
function scatter(key: number): number {
  let hash = key ^ (key >>> 16);
  hash = Math.imul(hash, SCATTER[0]);
  hash = Math.imul(hash ^ (hash >>> 13), SCATTER[1]);
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
  if (word.length <= SHORT) DEAF_SHORT[pack(word)] = 1;
  else DEAF_LONG[endsOf(word)] = 1;
}

/** Longer fillers share theirs with other words; those are no part of the content then. */
const FILLER_SHORT = new Uint8Array(1 << 15);
const FILLER_LONG = new Uint8Array(1 << 10);
for (const word of FILLERS) {
  if (word.length <= SHORT) FILLER_SHORT[pack(word)] = 1;
  else FILLER_LONG[endsOf(word)] = 1;
}

/** Of a key that counts. */
function isFiller(key: number): boolean {
  if (key < LONG && key >= 0) return FILLER_SHORT[key] === 1;
  return (key & ~(LONG - 1)) === LONG && FILLER_LONG[key & (LONG - 1)] === 1;
}

const ballotOf = (key: number): Ballot => ({
  high: scatter(key),
  low: scatter(key ^ OTHER_HALF),
  filler: isFiller(key),
});
const BALLOTS: Ballots = {
  short: (packed) => (packed === 0 || DEAF_SHORT[packed] === 1 ? null : ballotOf(packed)),
  long: (ends) => (DEAF_LONG[ends] === 1 ? null : ballotOf(LONG | ends)),
  voting: { basis: FNV_BASIS, prime: FNV_PRIME, other: OTHER, otherHalf: OTHER_HALF, scatter: SCATTER },
};
