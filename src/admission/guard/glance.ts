import { type Folder, SPACE } from './fold.ts';
import { type GlanceCells, glanceCells, SYMBOLS } from './glance-cells.ts';
import { ALONE } from './sequences.ts';

/**
 * A first look at a text. Most say nothing that rules could hold against them, and hide nothing either: to know that much
 * takes one pass over their bytes, a fifth of what it takes to read them closely, and nothing is kept. What it is in doubt
 * about is for others to say.
 *
 * Two automata run side by side. One knows the words of the rules, and notes for those that it meets which rules they may
 * be the end of; how far apart their words are it does not ask. The other one ends where a text has to be read in another
 * way, too.
 */
export class Glance {
  private readonly folder: Folder;
  private readonly encoder = new TextEncoder();
  private bytes = new Uint8Array(0);
  /** Made when the first text comes. */
  private cells: GlanceCells | null = null;

  constructor(folder: Folder) {
    this.folder = folder;
  }

  /** True only where no rule holds in any reading of the text. */
  isClear(text: string): boolean {
    const { length } = text;
    if (this.bytes.length <= length) this.bytes = new Uint8Array(2 * length + 64);
    const { read, written } = this.encoder.encodeInto(text, this.bytes);
    // Other alphabets have letters that look like these.
    if (read !== length || written !== length) return false;
    this.bytes[length] = SPACE;
    this.cells ??= glanceCells(this.folder);
    return isClear(this.cells, this.bytes, length + 1);
  }
}

/**
 * The text is read in two places at once, from its start and from a seam in its middle: each step waits for a look-up, and
 * two that know nothing of each other wait together. (`>>> 0` tells V8 that an index is not negative.)
 */
function isClear(
  { cells, even, odd, start, accepting, ends, begins }: GlanceCells,
  bytes: Uint8Array,
  length: number,
): boolean {
  const seam = seamOf(bytes, length);
  let course = even;
  let courseBehind = even;
  let state = start;
  let behind = start;
  /** What has begun, and behind the seam also what has ended. */
  let begun = ALONE;
  let begunBehind = ALONE;
  let ended = 0;
  let at = 0;
  for (const both = length - seam; ; at++) {
    // Leaving the loop for each word keeps it small enough for the registers.
    for (; at < both; at++) {
      const byte = bytes[at]!;
      const other = bytes[seam + at]!;
      course = cells[(course + cells[SYMBOLS + byte]!) >>> 0]!;
      courseBehind = cells[(courseBehind + cells[SYMBOLS + other]!) >>> 0]!;
      state = cells[(state + cells[byte]!) >>> 0]!;
      behind = cells[(behind + cells[other]!) >>> 0]!;
      if (state >= accepting || behind >= accepting) break;
    }
    if (at >= both) break;
    if (state >= accepting) {
      if ((begun & cells[state + ends]!) !== 0) return false;
      begun |= cells[state + begins]!;
    }
    if (behind >= accepting) {
      if ((begunBehind & cells[behind + ends]!) !== 0) return false;
      begunBehind |= cells[behind + begins]!;
      ended |= cells[behind + ends]!;
    }
  }
  // Up to the seam, and over it for as long as words may go on that began before it.
  for (let fresh = start; at < seam || (state !== fresh && at < length); at++) {
    const byte = bytes[at]!;
    state = cells[(state + cells[byte]!) >>> 0]!;
    if (at < seam) course = cells[(course + cells[SYMBOLS + byte]!) >>> 0]!;
    else fresh = cells[(fresh + cells[byte]!) >>> 0]!;
    if (state < accepting) continue;
    if ((begun & cells[state + ends]!) !== 0) return false;
    begun |= cells[state + begins]!;
  }
  return course !== odd && courseBehind !== odd && (begun & ended) === 0;
}

/** Shorter texts are read from their start alone. */
const SHORT = 64;
const LONGEST_WORD = 24;

/**
 * A place behind the middle with a word of two letters and a space before it: nothing odd is under way there, and no word.
 * The end, where there is none such.
 */
function seamOf(bytes: Uint8Array, length: number): number {
  if (length < SHORT) return length;
  const from = (length >> 1) + 3;
  for (let at = from; at < from + LONGEST_WORD; at++) {
    if (bytes[at - 1] === SPACE && isLetter(bytes[at - 2]!) && isLetter(bytes[at - 3]!)) return at;
  }
  return length;
}

const isLetter = (byte: number): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
