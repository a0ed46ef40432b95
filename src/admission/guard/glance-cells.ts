import { memoryOf, type WasmMemory } from '../../primitives/wasm.ts';
import { buildWordTable } from '../../primitives/word-table.ts';
import { DROP, type Folder, SPACE } from './fold.ts';
import { oddities } from './oddities.ts';
import { sequences } from './sequences.ts';
import { wordsOf } from './words.ts';

const ASCII = 128;
/** The longest text, behind which some spaces are written. */
export const LONGEST = 32_000;
/** First comes the text; from here on, for each byte of ASCII its symbol among the oddities, then its column among the words. */
export const SYMBOLS = 32_768;
export const COLUMNS = SYMBOLS + ASCII;
/** Then the cells of the oddities, row by row. */
export const CELLS = COLUMNS + 4 * ASCII;
/** Bytes of a cell of theirs, and of one of the words. A row is known by where its first cell is. */
const CELL = 4;
const WORD_CELL = 2;
/** Bytes that a cache fetches at once; the first rows of a column are in as many. */
const LINE = 64;
const lines = (bytes: number): number => Math.ceil(bytes / LINE) * LINE;

/**
 * All that a glance knows, in one memory. The cells of the words lie column by column: most words are soon none that a rule
 * knows, and of a column the rows of their first letters lie side by side.
 */
export interface GlanceCells {
  readonly memory: WasmMemory;
  /** Row of a text in which nothing odd has begun, and of one that is odd. */
  readonly even: number;
  readonly odd: number;
  /** Where the cells of the words begin, and by row, two cells wide, what its words end and what they begin: see `Sequences`. */
  readonly words: number;
  readonly ends: number;
  readonly begins: number;
  /** Row of the words behind a space. */
  readonly start: number;
  /** Rows from here on end a word. */
  readonly accepting: number;
}

export function glanceCells(folder: Folder): GlanceCells {
  const { begins, ends } = sequences();
  const entries = wordsOf(folder, true, false).filter(([, concept]) => (begins[concept]! | ends[concept]!) !== 0);
  // One column more, for what leaves no trace.
  const table = buildWordTable(
    entries.map(([word]) => word),
    1,
  );
  const { width } = table;
  /** Fewer than 2^15; with those that are not used, cells of a column fill lines. */
  const used = table.next.length / width;
  const rows = lines(WORD_CELL * used) / WORD_CELL;
  const odd = oddities(folder);
  const words = lines(CELLS + CELL * odd.table.next.length);
  const endsAt = words + WORD_CELL * rows * width;
  const beginsAt = endsAt + 2 * WORD_CELL * rows;
  const memory = memoryOf(beginsAt + 2 * WORD_CELL * rows);
  const symbols = new Uint8Array(memory.buffer, SYMBOLS, ASCII);
  const columns = new Int32Array(memory.buffer, COLUMNS, ASCII);
  for (let byte = 0; byte < ASCII; byte++) {
    const folded = folder.ascii(byte);
    symbols[byte] = CELL * odd.symbols[byte]!;
    columns[byte] = WORD_CELL * rows * (folded === DROP ? width - 1 : table.classes[folded]!);
  }
  new Int32Array(memory.buffer, CELLS).set(odd.table.next.map((to) => CELL * to));

  const cells = new Uint16Array(memory.buffer, words, rows * width);
  for (const [at, to] of table.next.entries())
    cells[(at % width) * rows + Math.floor(at / width)] = (WORD_CELL * to) / width;
  const ended = new Int32Array(memory.buffer, endsAt, rows);
  const begun = new Int32Array(memory.buffer, beginsAt, rows);
  const space = rows * table.classes[SPACE]!;
  for (let row = 0; row < used; row++) {
    // Several spaces are one, and what leaves no trace changes nothing.
    const behind = cells[space + row]!;
    cells[space + behind / WORD_CELL] = behind;
    cells[(width - 1) * rows + row] = WORD_CELL * row;
    for (let at = table.firstWord[row]!; at >= 0; at = table.nextWord[at]!) {
      const [, concept] = entries[table.words[at]!]!;
      ended[row]! |= ends[concept]!;
      begun[row]! |= begins[concept]!;
    }
  }
  return {
    memory,
    even: CELL * odd.table.start,
    odd: CELL * odd.table.end,
    words,
    ends: endsAt,
    begins: beginsAt,
    start: cells[space]!,
    accepting: (WORD_CELL * table.accepting) / width,
  };
}
