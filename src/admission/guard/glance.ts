import type { Folder } from './fold.ts';
import { glanceCells, LONGEST, SYMBOLS } from './glance-cells.ts';
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
    if (length > LONGEST) return false;
    const { read, written } = this.encoder.encodeInto(text, bytes);
    // Other alphabets have letters that look like these.
    if (read !== length || written !== length) return false;
    return loop(length) === 1;
  }
}

interface View {
  /** Where the loop expects the text. */
  readonly bytes: Uint8Array;
  readonly loop: (length: number) => number;
}

function viewOf(folder: Folder): View {
  const cells = glanceCells(folder);
  return { bytes: new Uint8Array(cells.memory.buffer, 0, SYMBOLS), loop: glanceLoop(cells) };
}
