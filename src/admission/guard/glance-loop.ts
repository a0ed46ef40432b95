import {
  add,
  and,
  assemble,
  atLeast,
  type Code,
  constant,
  differ,
  get,
  isZero,
  less,
  load,
  loadByte,
  or,
  repeatWhile,
  returning,
  set,
  when,
} from '../../primitives/wasm.ts';
import { CELLS, CLASSES, type GlanceCells, SYMBOLS } from './glance-cells.ts';
import { ALONE } from './sequences.ts';

/** The locals; the first two are parameters. */
const SEAM = 0;
const LENGTH = 1;
const AT = 2;
const BYTE = 3;
/** Rows: of the oddities and of the words, before the seam and behind it. */
const COURSE = 4;
const STATE = 5;
const COURSE_BEHIND = 6;
const STATE_BEHIND = 7;
/** What has begun, and behind the seam also what has ended. */
const BEGUN = 8;
const BEGUN_BEHIND = 9;
const ENDED = 10;
const LOCALS = 11;

const NO = constant(0);
const ONE = constant(1);
const readByte = (at: Code): Code => set(BYTE, loadByte(at, 0));
const step = (row: number, table: number): Code => set(row, load(add(get(row), loadByte(get(BYTE), table)), CELLS));
const next = set(AT, add(get(AT), ONE));

/**
 * Reads the text of so many bytes that lies in the memory: 1 when it is clear. It is read in two places at once, from its
 * start and from a seam in its middle: each step waits for a look-up, and two that know nothing of each other wait together.
 * At the seam nothing odd may be under way, and before it stands a space; it may be the end.
 */
export function glanceLoop(cells: GlanceCells): (seam: number, length: number) => number {
  const { memory, even, odd, start, accepting, ends, begins } = cells;
  /** Not clear where a word ends what has begun; it may begin something itself. */
  const meet = (state: number, begun: number, ...more: readonly Code[]): Code =>
    when(
      atLeast(get(state), constant(accepting)),
      when(and(get(begun), load(get(state), CELLS + ends)), returning(NO)),
      set(begun, or(get(begun), load(get(state), CELLS + begins))),
      ...more,
    );
  const body = [
    ...[set(COURSE, constant(even)), set(COURSE_BEHIND, constant(even))],
    ...[set(STATE, constant(start)), set(STATE_BEHIND, constant(start))],
    ...[set(BEGUN, constant(ALONE)), set(BEGUN_BEHIND, constant(ALONE))],
    repeatWhile(
      less(add(get(SEAM), get(AT)), get(LENGTH)),
      ...[readByte(get(AT)), step(COURSE, SYMBOLS), step(STATE, CLASSES)],
      ...[readByte(add(get(SEAM), get(AT))), step(COURSE_BEHIND, SYMBOLS), step(STATE_BEHIND, CLASSES)],
      meet(STATE, BEGUN),
      meet(STATE_BEHIND, BEGUN_BEHIND, set(ENDED, or(get(ENDED), load(get(STATE_BEHIND), CELLS + ends)))),
      next,
    ),
    // The rest before the seam.
    repeatWhile(
      less(get(AT), get(SEAM)),
      ...[readByte(get(AT)), step(COURSE, SYMBOLS), step(STATE, CLASSES), meet(STATE, BEGUN), next],
    ),
    // And over it, for as long as words may go on that began before it.
    set(STATE_BEHIND, constant(start)),
    repeatWhile(
      and(differ(get(STATE), get(STATE_BEHIND)), less(get(AT), get(LENGTH))),
      ...[readByte(get(AT)), step(STATE, CLASSES), step(STATE_BEHIND, CLASSES), meet(STATE, BEGUN), next],
    ),
    and(
      and(differ(get(COURSE), constant(odd)), differ(get(COURSE_BEHIND), constant(odd))),
      isZero(and(get(BEGUN), get(ENDED))),
    ),
  ];
  return assemble(2, LOCALS, body, memory);
}
