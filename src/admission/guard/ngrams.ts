/** Weights of the model. */
export const BUCKETS = 1 << 17;
/** The buckets of a position: of four and five characters, of a word, of two words. Bucket 0 means none. */
export const PER_POSITION = 4;

const SPACE = 0x20;
const MASK = BUCKETS - 1;

/**
 * The buckets that the n-grams of a folded text fall into (the hashing trick, Weinberger et al. 2009): at each position
 * those that end there. A hash is made of the last few characters alone, so the cost is a few multiplications each.
 * @param into room for `PER_POSITION` numbers a position
 */
export function hashNgrams(codes: Uint16Array, length: number, into: Int32Array): void {
  let c1 = 0;
  let c2 = 0;
  let c3 = 0;
  let c4 = 0;
  let word = 0;
  let wordBefore = 0;
  for (let at = 0, out = 0; at < length; at++, out += PER_POSITION) {
    const c0 = codes[at]!;
    const four =
      Math.imul(c0, 0x9e3779b1) ^ Math.imul(c1, 0x85ebca6b) ^ Math.imul(c2, 0xc2b2ae35) ^ Math.imul(c3, 0x27d4eb2f);
    const five = Math.imul(four ^ Math.imul(c4, 0x165667b1), 0x2c1b3c6d);
    into[out] = at < 3 ? 0 : bucket(four);
    into[out + 1] = at < 4 ? 0 : bucket(five);
    into[out + 2] = 0;
    into[out + 3] = 0;
    // Han is written without spaces: each character counts as a word.
    const han = c0 >= 0x3040 && c0 < 0xa000;
    if (han || c0 === SPACE) {
      if (han) word = Math.imul(c0, 0x5bd1e995);
      if (word !== 0) {
        into[out + 2] = bucket(word ^ 0x3c6ef372);
        if (wordBefore !== 0) into[out + 3] = bucket(Math.imul(wordBefore, 0x1b873593) + word);
        wordBefore = word;
        word = 0;
      }
    } else word = (Math.imul(word ^ c0, 0x01000193) + 0x7f4a7c15) | 0;
    c4 = c3;
    c3 = c2;
    c2 = c1;
    c1 = c0;
  }
}

/** Never 0, which means that there is no n-gram. */
function bucket(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) & MASK || 1;
}
