import { buildWordTable } from '../../primitives/word-table.ts';
import { DROP, type Folder, SPACE } from './fold.ts';
import { oddities } from './oddities.ts';
import { sequences } from './sequences.ts';
import { wordsOf } from './words.ts';

/** Where the symbols of bytes begin; before them stand the classes of bytes. */
export const SYMBOLS = 128;
const COURSES = 2 * SYMBOLS;
/** Columns behind the classes of characters: for what leaves no trace, and for what the words of a row end and begin. */
const MORE_COLUMNS = 3;

/**
 * All that a glance knows, in one array, where what leads to another row holds its index: V8 keeps few arrays in registers,
 * and this is read four times a byte. First for each byte of ASCII its class among the words, then its symbol among the
 * oddities, then the rows of the oddities, then those of the words.
 */
export interface GlanceCells {
  readonly cells: Int32Array;
  /** Row of a text in which nothing odd has begun, and of one that is odd. */
  readonly even: number;
  readonly odd: number;
  /** Row of the words behind a space. */
  readonly start: number;
  /** Rows from here on end a word, and have in these columns what it ends and begins: see `Sequences`. */
  readonly accepting: number;
  readonly ends: number;
  readonly begins: number;
}

export function glanceCells(folder: Folder): GlanceCells {
  const { begins, ends } = sequences();
  const entries = wordsOf(folder, true, false).filter(([, concept]) => (begins[concept]! | ends[concept]!) !== 0);
  const words = buildWordTable(
    entries.map(([word]) => word),
    MORE_COLUMNS,
  );
  const { width } = words;
  const columns = { idle: width - 3, ends: width - 2, begins: width - 1 };
  const { symbols, table } = oddities(folder);
  const rows = COURSES + table.next.length;
  const cells = new Int32Array(rows + words.next.length);
  for (let byte = 0; byte < SYMBOLS; byte++) {
    const folded = folder.ascii(byte);
    cells[byte] = folded === DROP ? columns.idle : words.classes[folded]!;
    cells[SYMBOLS + byte] = symbols[byte]!;
  }
  for (const [at, to] of table.next.entries()) cells[COURSES + at] = COURSES + to;
  for (const [at, to] of words.next.entries()) cells[rows + at] = rows + to;

  const space = words.classes[SPACE]!;
  for (let row = rows, state = 0; row < cells.length; row += width, state++) {
    // Several spaces are one, and what leaves no trace changes nothing.
    const behind = cells[row + space]!;
    cells[behind + space] = behind;
    cells[row + columns.idle] = row;
    cells[row + columns.ends] = 0;
    cells[row + columns.begins] = 0;
    for (let at = words.firstWord[state]!; at >= 0; at = words.nextWord[at]!) {
      const [, concept] = entries[words.words[at]!]!;
      cells[row + columns.ends]! |= ends[concept]!;
      cells[row + columns.begins]! |= begins[concept]!;
    }
  }
  return {
    cells,
    even: COURSES + table.start,
    odd: COURSES + table.end,
    start: cells[rows + space]!,
    accepting: rows + words.accepting,
    ends: columns.ends,
    begins: columns.begins,
  };
}
