import {
  add,
  and,
  assemble,
  type Code,
  choose,
  constant,
  get,
  less,
  load,
  loadByte,
  loadPair,
  multiply,
  or,
  repeatWhile,
  set,
  shiftLeft,
  shiftRight,
  store,
  subtract,
  type WasmMemory,
  xor,
} from '../../primitives/wasm.ts';
import { long, longConstant, longLoad, longOr, longShiftLeft, longStore } from '../../primitives/wasm-wide.ts';
import {
  AT,
  BALLOT,
  BALLOTS,
  BLOCK,
  CONTENT,
  END,
  HASH,
  HEAD,
  KEY,
  LONGS_USED,
  NUMBER_END,
  NUMBERS,
  NUMBERS_USED,
  PLANE,
  RESULT,
  SHORT,
  SHORT_KEYS,
  START,
  VOTE_END,
  VOTES,
  WEIGHT,
  WORD_END,
  WORDS,
} from './plain-cells.ts';
import { classify, findEdges } from './plain-signs.ts';
import { countVotes, PLANES } from './plain-votes.ts';

const ZERO = constant(0);
const EIGHT = constant(8);
const LETTER = constant(31);

/** What a number's key is made of, and how a key becomes a vote: as in `Skeleton`. */
export interface Voting {
  readonly basis: number;
  readonly prime: number;
  readonly other: number;
  readonly otherHalf: number;
  readonly scatter: readonly [first: number, second: number];
}

/**
 * The skeleton of a text that lies in the memory: 1 when it could be told, 0 for a text with more in it than words of ASCII
 * letters, whole numbers and plain punctuation. Sixteen characters are looked at together, and every word goes the same way
 * whatever its length: a branch for each would be guessed wrong for every other one, which takes longer than all the rest.
 */
export function plainLoop(memory: WasmMemory, voting: Voting): (length: number) => number {
  const body = [
    ...classify(),
    ...findEdges(),
    ...castWords(),
    ...castNumbers(voting),
    ...countVotes(),
    store(ZERO, RESULT + 8, get(CONTENT)),
    constant(1),
  ];
  return assemble(1, NUMBERS_USED, body, memory, { longs: LONGS_USED, bytes: PLANE + PLANES - BLOCK });
}

const cast = (vote: Code): readonly Code[] => [
  longStore(get(VOTE_END), VOTES, vote),
  set(VOTE_END, add(get(VOTE_END), EIGHT)),
];

/** Goes through the places that were written down. */
const each = (places: number, end: number, ...body: readonly Code[]): readonly Code[] => [
  set(AT, ZERO),
  repeatWhile(
    less(get(AT), get(end)),
    set(START, loadPair(get(AT), places)),
    set(END, loadPair(get(AT), places + 2)),
    ...body,
    set(AT, add(get(AT), constant(4))),
  ),
];

const castWords = (): readonly Code[] => {
  const size = subtract(get(END), get(START));
  const letters = constant(0x1f1f1f);
  /** The letters of a short word; of a long one any number. */
  const own = and(get(HEAD), shiftRight(letters, subtract(constant(8 * SHORT), shiftLeft(size, constant(3)))));
  const packed = or(
    and(get(KEY), LETTER),
    or(
      and(shiftRight(get(KEY), constant(3)), constant(31 << 5)),
      and(shiftRight(get(KEY), constant(6)), constant(31 << 10)),
    ),
  );
  const ends = or(
    constant(SHORT_KEYS),
    or(and(get(HEAD), LETTER), shiftLeft(and(loadByte(subtract(get(END), constant(1)), 0), LETTER), constant(5))),
  );
  return each(
    WORDS,
    WORD_END,
    set(HEAD, load(get(START), 0)),
    set(KEY, own),
    set(KEY, choose(less(constant(SHORT), size), ends, packed)),
    set(KEY, multiply(get(KEY), constant(BALLOT))),
    ...cast(longLoad(get(KEY), BALLOTS)),
    set(CONTENT, add(get(CONTENT), load(get(KEY), BALLOTS + 8))),
    set(WEIGHT, add(get(WEIGHT), load(get(KEY), BALLOTS + 12))),
  );
};

const castNumbers = ({ basis, prime, other, otherHalf, scatter }: Voting): readonly Code[] => {
  const [first, second] = scatter;
  const mix = (by: number): Code => set(HASH, xor(get(HASH), shiftRight(get(HASH), constant(by))));
  const times = (factor: number): Code => set(HASH, multiply(get(HASH), constant(factor)));
  const scattered = [mix(16), times(first), mix(13), times(second), mix(16)];
  return each(
    NUMBERS,
    NUMBER_END,
    set(KEY, constant(basis)),
    repeatWhile(
      less(get(START), get(END)),
      set(KEY, multiply(xor(get(KEY), loadByte(get(START), 0)), constant(prime))),
      set(START, add(get(START), constant(1))),
    ),
    set(KEY, or(get(KEY), constant(other))),
    ...[set(HASH, get(KEY)), ...scattered, set(HEAD, get(HASH))],
    ...[set(HASH, xor(get(KEY), constant(otherHalf))), ...scattered],
    ...cast(longOr(longShiftLeft(long(get(HEAD)), longConstant(32n)), long(get(HASH)))),
    set(CONTENT, add(get(CONTENT), get(HEAD))),
    set(WEIGHT, add(get(WEIGHT), constant(1))),
  );
};
