import {
  add,
  and,
  assemble,
  atLeast,
  type Code,
  choose,
  constant,
  differ,
  firstBit,
  get,
  isZero,
  less,
  load,
  loadByte,
  loadPair,
  multiply,
  or,
  repeatWhile,
  returning,
  set,
  shiftLeft,
  shiftRight,
  subtract,
  when,
} from '../../primitives/wasm.ts';
import {
  bytes,
  bytesAnd,
  bytesEqual,
  bytesLess,
  bytesLoad,
  bytesOr,
  bytesStore,
  bytesSubtract,
  highBits,
} from '../../primitives/wasm-wide.ts';
import { SPACE } from './fold.ts';
import { CELLS, COLUMNS, type GlanceCells, SYMBOLS } from './glance-cells.ts';
import { ALONE } from './sequences.ts';

/** Places that a text is read in at once: with more of them, there are too few registers. */
const PARTS = 3;
/** A text this long has a seam, if there is any, in each third but the first. */
const SHORTEST = 64;

/** The locals; the first one is the parameter. */
const LENGTH = 0;
const AT = 1;
const BYTE = 2;
const STRIDE = 3;
const FOUND = 4;
/** Characters that each part reads. */
const COUNT = 5;
const BEFORE = 6;
/** The row of the words where a part begins only here. */
const FRESH = 7;
/** The first of as many as there are parts, and one more: where each begins, and where the last one ends. */
const SEAM = 8;
/** The first of as many as there are parts. Rows of the oddities and of the words. */
const COURSE = SEAM + PARTS + 1;
const STATE = COURSE + PARTS;
/** What has begun, and what has ended: nothing at first, as all locals are 0 by themselves. */
const BEGUN = STATE + PARTS;
const ENDED = BEGUN + PARTS;
const LOCALS = ENDED + PARTS;

const NO = constant(0);
const ONE = constant(1);
const parts = Array.from({ length: PARTS }, (_, part) => part);
const behind = parts.slice(1);

/**
 * Reads the text of so many bytes that lies in the memory: 1 when it is clear. It is read in three places at once, from its
 * start and from two seams: each step waits for a look-up, and the nearest cache has long forgotten what it looks for; steps
 * that know nothing of each other wait together. At a seam nothing odd is under way, and before it stands a space.
 */
export function glanceLoop(cells: GlanceCells): (length: number) => number {
  const { memory } = cells;
  const body = [
    // Room to read on in behind the text: spaces change nothing.
    ...[0, 16, 32].map((more) => bytesStore(get(LENGTH), more, bytes(SPACE))),
    set(LENGTH, add(get(LENGTH), ONE)),
    when(atLeast(get(LENGTH), constant(SHORTEST)), ...findSeams(), when(get(FOUND), ...readParts(cells))),
    ...begin(cells, 0),
    set(AT, NO),
    repeatWhile(less(get(AT), get(LENGTH)), ...read(cells, 0, get(AT)), next),
    differ(get(COURSE), constant(cells.odd)),
  ];
  return assemble(1, LOCALS, body, memory);
}

const next = set(AT, add(get(AT), ONE));

/** A seam is a place behind a space and two letters. */
const findSeams = (): readonly Code[] => {
  const before = (by: number): Code => bytesLoad(subtract(get(SEAM), constant(by)), 0);
  const isLetter = (value: Code): Code => bytesLess(bytesSubtract(bytesOr(value, bytes(0x20)), bytes(0x61)), bytes(26));
  const seams = highBits(
    bytesAnd(bytesEqual(before(0), bytes(SPACE)), bytesAnd(isLetter(before(1)), isLetter(before(2)))),
  );
  return [
    set(STRIDE, shiftRight(multiply(get(LENGTH), constant(Math.floor(65_536 / PARTS))), constant(16))),
    set(FOUND, ONE),
    ...behind.flatMap((part) => [
      set(SEAM, add(get(SEAM), get(STRIDE))),
      set(BYTE, seams),
      set(FOUND, choose(get(BYTE), get(FOUND), NO)),
      set(SEAM + part, add(add(get(SEAM), ONE), firstBit(get(BYTE)))),
    ]),
    set(SEAM, NO),
    set(SEAM + PARTS, get(LENGTH)),
  ];
};

const begin = ({ even, start }: GlanceCells, part: number): readonly Code[] => [
  set(COURSE + part, constant(even)),
  set(STATE + part, constant(start)),
  set(BEGUN + part, constant(ALONE)),
];

/** Where the byte that was read leads from a row of the words. */
const follow = ({ words }: GlanceCells, row: number): Code =>
  set(row, loadPair(add(get(row), load(shiftLeft(get(BYTE), constant(2)), COLUMNS)), words));

/** One character of a part: not clear where a word ends what has begun; it may begin something itself. */
const read = (cells: GlanceCells, part: number, place: Code): readonly Code[] => {
  const [course, state, begun, ended] = [COURSE + part, STATE + part, BEGUN + part, ENDED + part];
  const ofRow = (masks: number): Code => load(shiftLeft(get(state), ONE), masks);
  return [
    set(BYTE, loadByte(place, 0)),
    set(course, load(add(get(course), loadByte(get(BYTE), SYMBOLS)), CELLS)),
    follow(cells, state),
    when(
      atLeast(get(state), constant(cells.accepting)),
      when(and(get(begun), ofRow(cells.ends)), returning(NO)),
      set(begun, or(get(begun), ofRow(cells.begins))),
      ...(part === 0 ? [] : [set(ended, or(get(ended), ofRow(cells.ends)))]),
    ),
  ];
};

/** Reads all parts. */
const readParts = (cells: GlanceCells): readonly Code[] => {
  const { odd, start } = cells;
  const lengthOf = (part: number): Code => subtract(get(SEAM + part + 1), get(SEAM + part));
  const stepFresh: Code = [...set(BYTE, loadByte(get(AT), 0)), ...follow(cells, FRESH)];
  const isEven = (part: number): Code => differ(get(COURSE + part), constant(odd));
  return [
    ...parts.flatMap((part) => begin(cells, part)),
    set(COUNT, NO),
    ...parts.map((part) => set(COUNT, choose(less(get(COUNT), lengthOf(part)), lengthOf(part), get(COUNT)))),
    set(AT, NO),
    repeatWhile(
      less(get(AT), get(COUNT)),
      ...parts.flatMap((part) => read(cells, part, add(get(SEAM + part), get(AT)))),
      next,
    ),
    // All have read as many, so most in what is the next one's, too. They go on for as long as words may that began before it.
    ...behind.flatMap((part) => [
      set(FRESH, constant(start)),
      set(AT, get(SEAM + part)),
      repeatWhile(less(get(AT), add(get(SEAM + part - 1), get(COUNT))), stepFresh, next),
      repeatWhile(
        and(differ(get(FRESH), get(STATE + part - 1)), less(get(AT), get(LENGTH))),
        ...[stepFresh, ...read(cells, part - 1, get(AT)), next],
      ),
    ]),
    when(isZero(parts.map(isEven).reduce(and)), returning(NO)),
    set(BEFORE, get(BEGUN)),
    ...behind.flatMap((part) => [
      when(and(get(BEFORE), get(ENDED + part)), returning(NO)),
      set(BEFORE, or(get(BEFORE), get(BEGUN + part))),
    ]),
    returning(ONE),
  ];
};
