import { memoryOf, type WasmMemory } from '../../primitives/wasm.ts';
import { buildWordTable } from '../../primitives/word-table.ts';
import { DROP, type Folder, SPACE } from './fold.ts';
import { oddities } from './oddities.ts';
import { sequences } from './sequences.ts';
import { wordsOf } from './words.ts';

const ASCII = 128;
/** The longest text, behind which some spaces are written. */
export const LONGEST = 32_000;
/** First comes the text; from here on, for each byte of ASCII its class among the words, and its symbol among the oddities. */
export const CLASSES = 32_768;
export const SYMBOLS = CLASSES + ASCII;
/** Then the rows of both. */
export const CELLS = SYMBOLS + ASCII;
/** Bytes of a cell. A row is known by where it begins, seen from `CELLS`. */
const CELL = 4;
/** Columns behind the classes of characters: for what leaves no trace, and for what the words of a row end and begin. */
const MORE_COLUMNS = 3;

/** All that a glance knows, in one memory. */
export interface GlanceCells {
  readonly memory: WasmMemory;
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
  /** The rows of the words come behind the others. */
  const first = table.next.length;
  const length = first + words.next.length;
  const memory = memoryOf(CELLS + length * CELL);
  const cells = new Int32Array(memory.buffer, CELLS, length);
  const bytes = new Uint8Array(memory.buffer);
  for (let byte = 0; byte < ASCII; byte++) {
    const folded = folder.ascii(byte);
    bytes[CLASSES + byte] = CELL * (folded === DROP ? columns.idle : words.classes[folded]!);
    bytes[SYMBOLS + byte] = CELL * symbols[byte]!;
  }
  for (const [at, to] of table.next.entries()) cells[at] = CELL * to;
  for (const [at, to] of words.next.entries()) cells[first + at] = CELL * (first + to);

  const space = words.classes[SPACE]!;
  for (let row = first, state = 0; row < length; row += width, state++) {
    // Several spaces are one, and what leaves no trace changes nothing.
    const behind = cells[row + space]!;
    cells[behind / CELL + space] = behind;
    cells[row + columns.idle] = CELL * row;
    cells[row + columns.ends] = 0;
    cells[row + columns.begins] = 0;
    for (let at = words.firstWord[state]!; at >= 0; at = words.nextWord[at]!) {
      const [, concept] = entries[words.words[at]!]!;
      cells[row + columns.ends]! |= ends[concept]!;
      cells[row + columns.begins]! |= begins[concept]!;
    }
  }
  return {
    memory,
    even: CELL * table.start,
    odd: CELL * table.end,
    start: cells[first + space]!,
    accepting: CELL * (first + words.accepting),
    ends: CELL * columns.ends,
    begins: CELL * columns.begins,
  };
}
