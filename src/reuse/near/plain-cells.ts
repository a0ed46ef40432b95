import { UTF8_BYTES } from '../../primitives/utf8-words.ts';

/** The longest text; it lies at the start of the memory, where `Utf8Words` writes it. A vote for each of its characters could still be counted. */
export const LONGEST = 4096;
/** A bit for each character: whether it is of the kind. */
export const LETTERS = UTF8_BYTES;
const MASK = LONGEST / 8 + 32;
export const DIGITS = LETTERS + MASK;
export const APOSTROPHES = DIGITS + MASK;
export const JOINTS = APOSTROPHES + MASK;
/** Where words and numbers start and end, in turn, two bytes each. */
export const WORDS = JOINTS + MASK;
const PLACES = 2 * (LONGEST + 8);
export const NUMBERS = WORDS + PLACES;
/** What each of them votes for, 64 bits. */
export const VOTES = NUMBERS + PLACES;
/** The fingerprint, its lower half first, and the digest of the content. */
export const RESULT = VOTES + 8 * (LONGEST + 8);
/** By the key of a word what it votes for, what it adds to the content, and its weight: all nothing for one that does not count. */
export const BALLOTS = RESULT + 16;
export const BALLOT = 16;
/** Keys of short words: five bits a letter, the first one lowest. Behind them those of long ones: the first letter, then the last. */
export const SHORT = 3;
export const SHORT_KEYS = 1 << (5 * SHORT);
export const KEYS = SHORT_KEYS + (1 << 10);

/** The locals; the first one is the parameter. */
export const LENGTH = 0;
export const AT = 1;
export const START = 2;
export const END = 3;
export const WORD_END = 4;
export const NUMBER_END = 5;
export const VOTE_END = 6;
export const WEIGHT = 7;
export const CONTENT = 8;
export const HEAD = 9;
export const KEY = 10;
export const HASH = 11;
export const NUMBERS_USED = 12;
/** From here on of 64 bits. */
export const LETTER_BITS = 12;
export const DIGIT_BITS = 13;
export const LETTERS_BEFORE = 14;
export const DIGITS_BEFORE = 15;
export const DOUBT = 16;
export const EDGES = 17;
export const CARRY = 18;
export const LONGS_USED = 7;
/** From here on of sixteen bytes. */
export const BLOCK = 19;
export const KINDS = 20;
export const ODD = 21;
export const ADDED = 22;
export const CARRIED = 23;
/** The first of the planes. */
export const PLANE = 24;
