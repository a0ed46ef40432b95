import { type Folder, SPACE } from './fold.ts';
import { CLASSES, glanceCells } from './glance-cells.ts';
import { glanceLoop } from './glance-loop.ts';

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
  /** Made when the first text comes. */
  private view: View | null = null;

  constructor(folder: Folder) {
    this.folder = folder;
  }

  /** True only where no rule holds in any reading of the text. */
  isClear(text: string): boolean {
    const { length } = text;
    this.view ??= viewOf(this.folder);
    const { bytes, loop } = this.view;
    if (length >= bytes.length) return false;
    const { read, written } = this.encoder.encodeInto(text, bytes);
    // Other alphabets have letters that look like these.
    if (read !== length || written !== length) return false;
    bytes[length] = SPACE;
    return loop(seamOf(bytes, length + 1), length + 1) === 1;
  }
}

interface View {
  /** Where the loop expects the text. */
  readonly bytes: Uint8Array;
  readonly loop: (seam: number, length: number) => number;
}

function viewOf(folder: Folder): View {
  const cells = glanceCells(folder);
  return { bytes: new Uint8Array(cells.memory.buffer, 0, CLASSES), loop: glanceLoop(cells) };
}

/** Shorter texts are read from their start alone. */
const SHORT = 64;
const LONGEST_WORD = 24;

/**
 * A place behind the middle with a word of two letters and a space before it: nothing odd is under way there, and no word.
 * The end, where there is none such.
 */
export function seamOf(bytes: Uint8Array, length: number): number {
  if (length < SHORT) return length;
  const from = (length >> 1) + 3;
  for (let at = from; at < from + LONGEST_WORD; at++) {
    if (bytes[at - 1] === SPACE && isLetter(bytes[at - 2]!) && isLetter(bytes[at - 3]!)) return at;
  }
  return length;
}

const isLetter = (byte: number): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
