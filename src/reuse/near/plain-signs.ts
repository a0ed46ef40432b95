import {
  add,
  atLeast,
  type Code,
  constant,
  get,
  repeatWhile,
  returning,
  set,
  shiftRight,
  storePair,
  when,
} from '../../primitives/wasm.ts';
import {
  anyBit,
  bytes,
  bytesAnd,
  bytesDouble,
  bytesEqual,
  bytesLess,
  bytesLoad,
  bytesOf,
  bytesOr,
  bytesStore,
  bytesSubtract,
  highBits,
  longAnd,
  longConstant,
  longIsNotZero,
  longLoad,
  longOr,
  longShiftLeft,
  longShiftRight,
  longStore,
  longSubtract,
  longXor,
  lookUp,
  low,
  zerosBehind,
} from '../../primitives/wasm-wide.ts';
import {
  APOSTROPHES,
  AT,
  BLOCK,
  DIGIT_BITS,
  DIGITS,
  DIGITS_BEFORE,
  DOUBT,
  EDGES,
  HEAD,
  JOINTS,
  KINDS,
  LENGTH,
  LETTER_BITS,
  LETTERS,
  LETTERS_BEFORE,
  NUMBER_END,
  NUMBERS,
  ODD,
  WORD_END,
  WORDS,
} from './plain-cells.ts';

const ZERO = constant(0);
const SIXTEEN = constant(16);
const BITS = constant(64);

/** What the signs from the space on are: some are words of their own, or may be; of others it matters what is beside them. */
const WORD = 1;
const APOSTROPHE = 0x80;
const JOINT = 0x40;
const SIGNS = Array.from({ length: 16 }, (_, at) => {
  const sign = String.fromCharCode(0x20 + at);
  return '#$%&*+/'.includes(sign) ? WORD : sign === "'" ? APOSTROPHE : ',-.'.includes(sign) ? JOINT : 0;
});
const codeOf = (sign: string): Code => bytes(sign.charCodeAt(0));
const within = (value: Code, first: string, count: number): Code =>
  bytesLess(bytesSubtract(value, codeOf(first)), bytes(count));

/** Says of every character what it is, a bit for each, sixteen at a time; ends for one that is more than it seems. */
export const classify = (): readonly Code[] => {
  const put = (mask: number, value: Code): Code => storePair(shiftRight(get(AT), constant(3)), mask, highBits(value));
  const behind = (mask: number): readonly Code[] =>
    [0, 8].map((more) => longStore(shiftRight(get(AT), constant(3)), mask + more, longConstant(0n)));
  return [
    // What stood behind the text before is no part of it.
    bytesStore(get(LENGTH), 0, bytes(0)),
    repeatWhile(
      atLeast(get(LENGTH), get(AT)),
      set(BLOCK, bytesLoad(get(AT), 0)),
      set(KINDS, lookUp(bytesOf(SIGNS), bytesSubtract(get(BLOCK), codeOf(' ')))),
      set(ODD, bytesOr(get(ODD), bytesAnd(get(KINDS), bytes(WORD)))),
      set(ODD, bytesOr(get(ODD), bytesOr(bytesEqual(get(BLOCK), codeOf('@')), bytesAnd(get(BLOCK), bytes(0x80))))),
      put(LETTERS, within(bytesOr(get(BLOCK), bytes(0x20)), 'a', 26)),
      put(DIGITS, within(get(BLOCK), '0', 10)),
      put(APOSTROPHES, get(KINDS)),
      put(JOINTS, bytesOr(bytesDouble(get(KINDS), 1), bytesEqual(get(BLOCK), codeOf(':')))),
      set(AT, add(get(AT), SIXTEEN)),
    ),
    ...[LETTERS, DIGITS, APOSTROPHES, JOINTS].flatMap(behind),
    when(anyBit(get(ODD)), returning(ZERO)),
  ];
};

/** Writes down where words and numbers start and end; ends where one is not what it seems: a contraction, 3.5, 5 - 3. */
export const findEdges = (): readonly Code[] => {
  const maskAt = (mask: number): Code => longLoad(get(HEAD), mask);
  /** The bits moved by so many characters, with those of the neighbours that take their place. */
  const later = (local: number, before: number, by: number): Code =>
    longOr(
      longShiftLeft(get(local), longConstant(BigInt(by))),
      longShiftRight(get(before), longConstant(BigInt(64 - by))),
    );
  const sooner = (local: number, mask: number, by: number): Code =>
    longOr(
      longShiftRight(get(local), longConstant(BigInt(by))),
      longShiftLeft(maskAt(mask + 8), longConstant(BigInt(64 - by))),
    );
  const doubt = (where: Code): Code => set(DOUBT, longOr(get(DOUBT), where));
  const list = (local: number, before: number, places: number, end: number): readonly Code[] => [
    set(EDGES, longXor(get(local), later(local, before, 1))),
    repeatWhile(
      longIsNotZero(get(EDGES)),
      storePair(get(end), places, add(get(AT), low(zerosBehind(get(EDGES))))),
      set(end, add(get(end), constant(2))),
      set(EDGES, longAnd(get(EDGES), longSubtract(get(EDGES), longConstant(1n)))),
    ),
    set(before, get(local)),
  ];
  return [
    set(AT, ZERO),
    repeatWhile(
      atLeast(get(LENGTH), get(AT)),
      set(HEAD, shiftRight(get(AT), constant(3))),
      set(LETTER_BITS, maskAt(LETTERS)),
      set(DIGIT_BITS, maskAt(DIGITS)),
      doubt(
        longAnd(maskAt(APOSTROPHES), longAnd(later(LETTER_BITS, LETTERS_BEFORE, 1), sooner(LETTER_BITS, LETTERS, 1))),
      ),
      doubt(
        longAnd(
          maskAt(JOINTS),
          longOr(
            sooner(DIGIT_BITS, DIGITS, 1),
            longAnd(later(DIGIT_BITS, DIGITS_BEFORE, 2), sooner(DIGIT_BITS, DIGITS, 2)),
          ),
        ),
      ),
      ...list(LETTER_BITS, LETTERS_BEFORE, WORDS, WORD_END),
      ...list(DIGIT_BITS, DIGITS_BEFORE, NUMBERS, NUMBER_END),
      set(AT, add(get(AT), BITS)),
    ),
    when(longIsNotZero(get(DOUBT)), returning(ZERO)),
  ];
};
