import { type StateTable, tabulate } from '../../primitives/state-table.ts';
import { SHORTEST } from './decode.ts';
import { SPACED_OUT } from './disguises.ts';
import { DROP, type Folder, SPACE } from './fold.ts';

/** What base64 is made of, and any word of Latin letters. */
const RUN = /[A-Za-z0-9+/_-]/;
const LETTER = /[A-Za-z]/;
const LEET = /[013457@$!|]/;
const ESCAPE = /[%&\\]/;
/** How templates open, but for what holds an `ESCAPE`; of the longest ones the beginning. */
const OPENERS = ['{{', '${', '#{', '*{', '@{', '<#', '[[', '#se', '{ph', '<sc'];
const BEGINNINGS = ['', ...new Set(OPENERS.flatMap((opener) => [opener[0]!, opener.slice(0, 2)]))].filter(
  (beginning) => !OPENERS.includes(beginning),
);

/** What all letters and digits fold to here: which of them it is does not matter. */
const WORD = 1;

/** A kind of characters that lead everywhere to the same. */
interface Kind {
  readonly run: boolean;
  readonly letter: boolean;
  readonly leet: boolean;
  readonly escape: boolean;
  readonly folded: number;
  /** For each of `BEGINNINGS` the one that stands behind it; -1 behind an opener. */
  readonly openings: readonly number[];
}

/** How far a text has come towards anything odd. */
interface Progress {
  /** Characters in a row that base64 might be made of; words that were glued together are longer runs. */
  readonly run: number;
  /** Letters of the word so far, as the folded text has it; two stand for more. */
  readonly letters: number;
  /** Words of one letter just before. */
  readonly singles: number;
  /** 1 behind a letter, 2 behind a letter and signs that may stand in for others. */
  readonly leet: number;
  /** The beginning of an opener that stands here, as an index of `BEGINNINGS`. */
  readonly opening: number;
}

const START: Progress = { run: 0, letters: 0, singles: 0, leet: 0, opening: 0 };

/** For each byte of ASCII its symbol, and where the symbols lead. */
export interface Oddities {
  readonly symbols: Uint8Array;
  readonly table: StateTable;
}

/**
 * An automaton over ASCII that ends where a text asks to be read in another way, too: words that were spaced out or glued
 * together, digits for letters, what may be encoded, what may be a template. It may end for a text that has nothing of the
 * kind, and never fails to for one that has.
 */
export function oddities(folder: Folder): Oddities {
  const indices = new Map<string, number>();
  const kinds: Kind[] = [];
  const symbols = new Uint8Array(256);
  for (let code = 0; code < 128; code++) {
    const kind = kindOf(String.fromCharCode(code), folder.ascii(code));
    const key = JSON.stringify(kind);
    if (!indices.has(key)) indices.set(key, kinds.push(kind) - 1);
    symbols[code] = indices.get(key)!;
  }
  return { symbols, table: tabulate(START, kinds, advance, keyOf) };
}

function kindOf(sign: string, folded: number): Kind {
  const opening = (beginning: string): number =>
    OPENERS.includes(beginning + sign)
      ? -1
      : Math.max(BEGINNINGS.indexOf(beginning + sign), BEGINNINGS.indexOf(sign), 0);
  return {
    run: RUN.test(sign),
    letter: LETTER.test(sign),
    leet: LEET.test(sign),
    escape: ESCAPE.test(sign),
    folded: folded === DROP || folded === SPACE ? folded : WORD,
    openings: BEGINNINGS.map(opening),
  };
}

/** Null where the text is odd. */
function advance(from: Progress, kind: Kind): Progress | null {
  const { folded, letter } = kind;
  const leet = letter ? 1 : kind.leet && from.leet > 0 ? 2 : 0;
  const opening = kind.openings[from.opening]!;
  if (kind.escape || opening < 0 || (letter && from.leet === 2)) return null;
  // What leaves no trace breaks no word.
  const run = folded === DROP ? from.run : kind.run ? from.run + 1 : 0;
  const { letters, singles } = spacingBehind(from, folded);
  return run >= SHORTEST || singles >= SPACED_OUT ? null : { run, letters, singles, leet, opening };
}

function spacingBehind({ letters, singles }: Progress, folded: number): Pick<Progress, 'letters' | 'singles'> {
  if (folded === DROP) return { letters, singles };
  if (folded === SPACE) return { letters: 0, singles: letters === 1 ? singles + 1 : singles };
  // From its second letter on it does not matter what was before the word.
  return letters === 0 ? { letters: 1, singles } : { letters: 2, singles: 0 };
}

const keyOf = ({ run, letters, singles, leet, opening }: Progress): number =>
  (((run * 3 + letters) * SPACED_OUT + singles) * 3 + leet) * BEGINNINGS.length + opening;
