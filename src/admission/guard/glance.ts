import { buildWordTable, type WordTable } from '../../primitives/word-table.ts';
import { DROP, type Folder, SPACE } from './fold.ts';
import { type Oddities, oddities } from './oddities.ts';
import { ALONE, sequences } from './sequences.ts';
import { wordsOf } from './words.ts';

/**
 * A first look at a text. Most say nothing that rules could hold against them, and hide nothing either: to know that much
 * takes one pass over their bytes, a tenth of what it takes to read one closely, and nothing is kept. What it is in doubt
 * about is for others to say.
 *
 * Two automata run side by side. One knows all words of the rules, and notes for those that it meets which rules they may
 * be the end of; how far apart their words are it does not ask. The other one ends where a text has to be read in
 * another way, too.
 */
export class Glance {
  private readonly folder: Folder;
  private readonly encoder = new TextEncoder();
  private bytes = new Uint8Array(0);
  /** Made when the first text comes. */
  private tables: Tables | null = null;

  constructor(folder: Folder) {
    this.folder = folder;
  }

  /** True only where no rule holds in any reading of the text. */
  isClear(text: string): boolean {
    const { length } = text;
    if (this.bytes.length <= length) this.bytes = new Uint8Array(2 * length + 64);
    const { read, written } = this.encoder.encodeInto(text, this.bytes);
    // Other alphabets hold letters that look like these.
    if (read !== length || written !== length) return false;
    this.bytes[length] = SPACE;
    this.tables ??= tablesFor(this.folder);
    return isClear(this.tables, this.bytes, length + 1);
  }
}

interface Tables {
  readonly words: WordTable;
  /** For each byte its class among the words. */
  readonly classes: Uint8Array;
  /** The state behind a space. */
  readonly start: number;
  /** For each state that ends words, from the first on: of what they may be the end, and of what the beginning. */
  readonly ends: Int32Array;
  readonly begins: Int32Array;
  readonly odd: Oddities;
}

function isClear({ words, classes, start, ends, begins, odd }: Tables, bytes: Uint8Array, length: number): boolean {
  const { next, accepting, width } = words;
  const { symbols, table } = odd;
  const further = table.next;
  let state = start;
  let course = table.start;
  let begun = ALONE;
  for (let at = 0; at < length; at++) {
    const byte = bytes[at]!;
    course = further[course + symbols[byte]!]!;
    const to = next[state + classes[byte]!]!;
    // Behind a word, what counts for nothing does not end it again.
    if (to >= accepting && to !== state) {
      const hit = (to - accepting) / width;
      if ((begun & ends[hit]!) !== 0) return false;
      begun |= begins[hit]!;
    }
    state = to;
  }
  return course !== table.end;
}

function tablesFor(folder: Folder): Tables {
  const bits = sequences();
  const entries = wordsOf(folder, true, false).filter(([, concept]) => (bits.ends[concept]! | bits.begins[concept]!) !== 0);
  const words = buildWordTable(
    entries.map(([word]) => word),
    1,
  );
  const { next, width, accepting } = words;
  const idle = width - 1;
  const classes = Uint8Array.from({ length: 256 }, (_, byte) => {
    const folded = byte < 128 ? folder.ascii(byte) : DROP;
    return folded === DROP ? idle : words.classes[folded]!;
  });
  // Several spaces are one, and what leaves no trace changes nothing.
  const space = words.classes[SPACE]!;
  const behindSpaces = new Set<number>();
  for (let row = 0; row < next.length; row += width) {
    next[row + idle] = row;
    behindSpaces.add(next[row + space]!);
  }
  for (const row of behindSpaces) next[row + space] = row;
  const both = (of: Int32Array): Int32Array =>
    Int32Array.from({ length: (next.length - accepting) / width }, (_, at) => {
      let sum = 0;
      for (let word = words.firstWord[accepting / width + at]!; word >= 0; word = words.nextWord[word]!) {
        sum |= of[entries[words.words[word]!]![1]]!;
      }
      return sum;
    });
  return { words, classes, start: next[space]!, ends: both(bits.ends), begins: both(bits.begins), odd: oddities(folder) };
}
