import {
  add,
  and,
  type Code,
  constant,
  get,
  less,
  repeatWhile,
  set,
  shiftRight,
  subtract,
  when,
} from '../../primitives/wasm.ts';
import {
  anyBit,
  bytesAnd,
  bytesLoad,
  bytesOf,
  bytesXor,
  long,
  longAnd,
  longConstant,
  longOf,
  longOr,
  longStore,
  longSubtract,
  longXor,
  twice,
} from '../../primitives/wasm-wide.ts';
import { ADDED, AT, CARRIED, CARRY, LONGEST, PLANE, RESULT, VOTE_END, VOTES, WEIGHT } from './plain-cells.ts';

/** Bit-sliced counters, as in `BitVotes`: plane `i` has bit `i` of all 64, in either half for every other vote. */
export const PLANES = Math.log2(LONGEST) + 1;
/** The votes of a text of usual length are carried no further. */
const LOWER = 6;
const TOP = PLANES - 1;

/** Counts the votes, and writes down which bits more than half of the weight is for. */
export const countVotes = (): readonly Code[] => {
  const plane = (at: number): number => PLANE + at;
  /** Adds one bit to each counter, from this plane on up. */
  const carryInto = (at: number): readonly Code[] => [
    set(CARRIED, bytesAnd(get(plane(at)), get(ADDED))),
    set(plane(at), bytesXor(get(plane(at)), get(ADDED))),
    set(ADDED, get(CARRIED)),
  ];
  const numbered = (from: number, to: number): readonly number[] =>
    Array.from({ length: to - from }, (_, at) => from + at);
  /** Counters begin as far below `LONGEST` as there must be votes: who reaches it has them. */
  const short = subtract(constant(LONGEST - 1), shiftRight(get(WEIGHT), constant(1)));
  const bitOf = (value: Code, at: number): Code => long(and(shiftRight(value, constant(at)), constant(1)));
  const lower = bytesOf([...new Array<number>(8).fill(0xff), ...new Array<number>(8).fill(0)]);
  const first = (at: number): Code => longOf(get(plane(at)), 0);
  const second = (at: number): Code => longOf(get(plane(at)), 1);
  return [
    ...numbered(0, TOP).map((at) =>
      set(plane(at), bytesAnd(twice(longSubtract(longConstant(0n), bitOf(short, at))), lower)),
    ),
    // An odd one votes beside one for nothing.
    longStore(get(VOTE_END), VOTES, longConstant(0n)),
    set(AT, constant(0)),
    repeatWhile(
      less(get(AT), get(VOTE_END)),
      set(ADDED, bytesLoad(get(AT), VOTES)),
      ...numbered(0, LOWER).flatMap(carryInto),
      when(anyBit(get(ADDED)), ...numbered(LOWER, PLANES).flatMap(carryInto)),
      set(AT, add(get(AT), constant(16))),
    ),
    // The two halves together: all that is asked for is what they carry into the last plane.
    set(CARRY, longConstant(0n)),
    ...numbered(0, TOP).map((at) =>
      set(CARRY, longOr(longAnd(first(at), second(at)), longAnd(get(CARRY), longXor(first(at), second(at))))),
    ),
    longStore(constant(0), RESULT, longXor(longXor(first(TOP), second(TOP)), get(CARRY))),
  ];
};
