/** A 64-bit fingerprint in two halves, as signed 32-bit numbers: a BigInt would cost eighty times as much. */
export interface Fingerprint {
  readonly high: number;
  readonly low: number;
}

/**
 * Majority vote over 64-bit hashes: bit by bit, whether more than half of the weight has it set (Charikar 2002). The 64
 * counters are bit-sliced: plane `i` holds bit `i` of all of them, so that adding a hash is a few carries instead of 64
 * additions.
 */
export class BitVotes {
  private readonly high = new Int32Array(32);
  private readonly low = new Int32Array(32);
  private planes = 0;
  private weight = 0;

  /** Forgets all votes. */
  clear(): void {
    // There are a handful: a loop, as the platform's own function takes longer to be called.
    for (let plane = 0; plane < this.planes; plane++) {
      this.high[plane] = 0;
      this.low[plane] = 0;
    }
    this.planes = 0;
    this.weight = 0;
  }

  /** Adds a hash with weight 2^`shift`. */
  add(high: number, low: number, shift = 0): void {
    this.weight += 1 << shift;
    let plane = shift;
    for (let carryHigh = high, carryLow = low; (carryHigh | carryLow) !== 0; plane++) {
      const nextHigh = this.high[plane]! & carryHigh;
      const nextLow = this.low[plane]! & carryLow;
      this.high[plane]! ^= carryHigh;
      this.low[plane]! ^= carryLow;
      carryHigh = nextHigh;
      carryLow = nextLow;
    }
    if (plane > this.planes) this.planes = plane;
  }

  /** Compares all 64 counters with half of the weight at once, from the highest plane down. */
  result(): Fingerprint {
    const half = this.weight >>> 1;
    let high = 0;
    let low = 0;
    let openHigh = -1;
    let openLow = -1;
    const top = Math.max(this.planes, 32 - Math.clz32(half));
    for (let plane = top - 1; plane >= 0; plane--) {
      if ((half >>> plane) & 1) {
        openHigh &= this.high[plane]!;
        openLow &= this.low[plane]!;
      } else {
        high |= openHigh & this.high[plane]!;
        low |= openLow & this.low[plane]!;
        openHigh &= ~this.high[plane]!;
        openLow &= ~this.low[plane]!;
      }
    }
    return { high, low };
  }
}

/** How many of the 64 bits differ. */
export function hammingDistance(a: Fingerprint, b: Fingerprint): number {
  return bitCount(a.high ^ b.high) + bitCount(a.low ^ b.low);
}

/** Set bits of a 32-bit number. */
export function bitCount(bits: number): number {
  let sum = bits - ((bits >>> 1) & 0x55555555);
  sum = (sum & 0x33333333) + ((sum >>> 2) & 0x33333333);
  return Math.imul((sum + (sum >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Sixteen hexadecimal digits. */
export function fingerprintHex({ high, low }: Fingerprint): string {
  return [high, low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}

const BASIS_HIGH = 0xcbf29ce4 | 0;
const BASIS_LOW = 0x84222325 | 0;
const SPACE = 0x20;
/** ASCII in lower case; a space for white space, 0 for what does not count. */
const FOLDED = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code).toLowerCase();
  if (/[a-z0-9]/.test(character)) return character.charCodeAt(0);
  return /\s/.test(character) ? SPACE : 0;
});
const WORD_CHARACTER = /[\p{Alphabetic}\p{N}]/u;
const WHITE_SPACE = /\s/u;

/**
 * The SimHash of the document: words by white space, in lower case, without punctuation; shingles are single words
 * (weight 1) and neighbours joined by a space (weight 2), hashed with FNV-1a 64 over their UTF-8 bytes. A word's hash goes
 * on as the first half of the next shingle, so one pass over the text does both.
 */
export class SimHash {
  private readonly votes = new BitVotes();
  private wordHigh = BASIS_HIGH;
  private wordLow = BASIS_LOW;
  private pairHigh = 0;
  private pairLow = 0;
  private inWord = false;
  private words = 0;

  of(text: string): Fingerprint {
    this.votes.clear();
    this.words = 0;
    this.startWord();
    const ascii = this.asciiRun(text);
    if (ascii < text.length) this.others(text.slice(ascii).toLowerCase());
    this.endWord();
    return this.votes.result();
  }

  /** Reads up to the first character outside ASCII and returns its place. In local variables, which stay in registers. */
  private asciiRun(text: string): number {
    let { wordHigh, wordLow, pairHigh, pairLow, inWord } = this;
    let at = 0;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 0x80) break;
      const byte = FOLDED[code]!;
      if (byte > SPACE) {
        inWord = true;
        let low = wordLow ^ byte;
        let first = (low & 0xffff) * 435;
        let second = (low >>> 16) * 435 + (first >>> 16);
        wordHigh = (Math.imul(wordHigh, 435) + (second >>> 16) + (low << 8)) | 0;
        wordLow = (second << 16) | (first & 0xffff);
        low = pairLow ^ byte;
        first = (low & 0xffff) * 435;
        second = (low >>> 16) * 435 + (first >>> 16);
        pairHigh = (Math.imul(pairHigh, 435) + (second >>> 16) + (low << 8)) | 0;
        pairLow = (second << 16) | (first & 0xffff);
      } else if (byte === SPACE && inWord) {
        this.keep(wordHigh, wordLow, pairHigh, pairLow, true);
        this.endWord();
        ({ wordHigh, wordLow, pairHigh, pairLow, inWord } = this);
      }
    }
    this.keep(wordHigh, wordLow, pairHigh, pairLow, inWord);
    return at;
  }

  private keep(wordHigh: number, wordLow: number, pairHigh: number, pairLow: number, inWord: boolean): void {
    this.wordHigh = wordHigh;
    this.wordLow = wordLow;
    this.pairHigh = pairHigh;
    this.pairLow = pairLow;
    this.inWord = inWord;
  }

  /** The rest of a text from its first character outside ASCII on. */
  private others(rest: string): void {
    for (const character of rest) {
      const code = character.codePointAt(0)!;
      if (code < 0x80) this.ascii(FOLDED[code]!);
      else if (WHITE_SPACE.test(character)) this.endWord();
      else if (WORD_CHARACTER.test(character)) this.utf8(code);
    }
  }

  private ascii(byte: number): void {
    if (byte > SPACE) this.byte(byte);
    else if (byte === SPACE) this.endWord();
  }

  private utf8(code: number): void {
    if (code < 0x800) this.byte(0xc0 | (code >> 6));
    else {
      if (code < 0x10000) this.byte(0xe0 | (code >> 12));
      else {
        this.byte(0xf0 | (code >> 18));
        this.byte(0x80 | ((code >> 12) & 0x3f));
      }
      this.byte(0x80 | ((code >> 6) & 0x3f));
    }
    this.byte(0x80 | (code & 0x3f));
  }

  private startWord(): void {
    this.wordHigh = BASIS_HIGH;
    this.wordLow = BASIS_LOW;
    this.inWord = false;
  }

  private endWord(): void {
    if (!this.inWord) return;
    this.votes.add(this.wordHigh, this.wordLow);
    if (this.words > 0) this.votes.add(this.pairHigh, this.pairLow, 1);
    this.words++;
    this.pairHigh = this.wordHigh;
    this.pairLow = this.wordLow;
    this.pairByte(SPACE);
    this.startWord();
  }

  /** FNV-1a: xor, then multiply by 2^40 + 435, in 32-bit halves. */
  private byte(byte: number): void {
    this.inWord = true;
    const low = this.wordLow ^ byte;
    const first = (low & 0xffff) * 435;
    const second = (low >>> 16) * 435 + (first >>> 16);
    this.wordHigh = (Math.imul(this.wordHigh, 435) + (second >>> 16) + (low << 8)) | 0;
    this.wordLow = (second << 16) | (first & 0xffff);
    if (this.words > 0) this.pairByte(byte);
  }

  private pairByte(byte: number): void {
    const low = this.pairLow ^ byte;
    const first = (low & 0xffff) * 435;
    const second = (low >>> 16) * 435 + (first >>> 16);
    this.pairHigh = (Math.imul(this.pairHigh, 435) + (second >>> 16) + (low << 8)) | 0;
    this.pairLow = (second << 16) | (first & 0xffff);
  }
}
