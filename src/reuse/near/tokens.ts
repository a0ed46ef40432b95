import { UTF8_BYTES, Utf8Words } from '../../primitives/utf8-words.ts';

/** What a token is; the numbers are stored by the thousand. */
export const WORD = 0;
export const NUMBER = 1;
export const SYMBOL = 2;
/** A word with an apostrophe inside. */
export const CONTRACTION = 3;
/** A word with letters outside ASCII. */
const FOREIGN_WORD = 4;

/** Numbers of a token's row, and what they are. */
export const ROW = 4;
export const START = 0;
export const END = 1;
export const KIND = 2;
export const BREAK = 3;

type Kind = typeof WORD | typeof NUMBER | typeof SYMBOL | typeof CONTRACTION | typeof FOREIGN_WORD;

const OTHER = 0;
const SPACE = 1;
const LETTER = 2;
const DIGIT = 3;
const APOSTROPHE = 4;
const SIGN = 5;
const CODE = 6;
const FOREIGN_LETTER = 7;

/** A unit outside ASCII is one byte from here on: this, and what it is. */
const FOREIGN = 0x80;
/** The first half of a surrogate pair. */
const HIGH_HALF = 8;

/** What a byte is. Punctuation that is not listed means nothing here. */
const CLASSES = Uint8Array.from({ length: 256 }, (_, code) => {
  if (code >= FOREIGN) return code & (HIGH_HALF - 1);
  const character = String.fromCharCode(code);
  if (/\s/.test(character)) return SPACE;
  if (/[A-Za-z]/.test(character)) return LETTER;
  if (/[0-9]/.test(character)) return DIGIT;
  if (character === "'") return APOSTROPHE;
  if ('$%&+*/@#-.'.includes(character)) return SIGN;
  return '`{}<>\\|=_^~[]'.includes(character) ? CODE : OTHER;
});

const HYPHEN = 0x2d;
const FULL_STOP = 0x2e;
const COMMA = 0x2c;
const COLON = 0x3a;
const SLASH = 0x2f;
const ASTERISK = 0x2a;

/**
 * The words, numbers and meaning-bearing signs of one text, as places in it: no strings are made. Reused from text to text.
 * One byte a unit is gone over, which is much faster than the string: of an ASCII text they are its own.
 */
export class Tokens {
  count = 0;
  /** It has signs of code or markup, where every character counts. */
  code = false;
  /** A row for each: where it starts and ends, its kind, and 1 where a full stop, a comma or the like stands behind it. */
  rows = new Int32Array(64 * ROW);
  /** What the places refer to: a byte below 128 is a character of ASCII, capitals as they are. */
  bytes: Uint8Array;
  /** The same as a string; in lower case where it isn't ASCII. */
  private text = '';
  private length = 0;
  private taken = '';
  private readonly utf8: Utf8Words;

  /** @param buffer where texts are written to, see `Utf8Words` */
  constructor(buffer?: ArrayBuffer) {
    this.utf8 = new Utf8Words(UTF8_BYTES, buffer);
    this.bytes = this.utf8.bytes;
  }

  /** A text as UTF-8, as it is; the one that was read last is there. */
  encoded(text: string): Utf8Words {
    if (text !== this.taken) this.take(text);
    return this.utf8;
  }

  private take(text: string): void {
    this.taken = text;
    this.utf8.take(text);
  }

  read(text: string): this {
    const utf8 = this.encoded(text);
    if (utf8.read === text.length && utf8.written === utf8.read) {
      this.bytes = utf8.bytes;
      this.text = text;
    } else this.readForeign(text.toLowerCase());
    this.length = this.text.length;
    this.count = 0;
    this.code = false;
    const { bytes, length } = this;
    for (let at = 0; at < length; ) {
      const start = at;
      // Nearly everything is words of ASCII letters and space; behind the text there is neither.
      while (CLASSES[bytes[at]!] === LETTER) at++;
      const kind = CLASSES[bytes[at]!]!;
      if (kind === APOSTROPHE || kind === FOREIGN_LETTER) at = this.letters(start, at);
      else if (at > start) this.push(start, at, WORD);
      else at = kind === SPACE ? at + 1 : this.token(at, kind);
    }
    return this;
  }

  /** A word in lower case. */
  word(index: number): string {
    const row = index * ROW;
    return this.text.slice(this.rows[row + START]!, this.rows[row + END]!).toLowerCase();
  }

  /** Or a text that is longer than what is taken in one go. */
  private readForeign(text: string): void {
    this.text = text;
    this.bytes = new Uint8Array(text.length + 1);
    for (let at = 0; at < text.length; at++) this.bytes[at] = byteAt(text, at);
  }

  /** Reads what begins at a place and returns where it ends. */
  private token(at: number, kind: number): number {
    if (kind === DIGIT) return this.digits(at, at);
    if (kind === SIGN) return this.sign(at);
    if (kind === CODE) this.code = true;
    return kind === OTHER ? this.stop(at + 1) : at + 1;
  }

  /** The rest of a word that has more than ASCII letters, or of one that ends there. */
  private letters(start: number, from: number): number {
    let kind: Kind = WORD;
    let at = from;
    for (; at < this.length; at++) {
      const sort = this.classAt(at);
      if (sort === APOSTROPHE && at > start && isLetter(this.classAt(at + 1))) kind = CONTRACTION;
      else if (!isLetter(sort)) break;
      else if (sort === FOREIGN_LETTER && kind === WORD) kind = FOREIGN_WORD;
    }
    return at === start ? this.token(start, OTHER) : this.push(start, at, kind);
  }

  private digits(start: number, from: number): number {
    let at = from + 1;
    for (; at < this.length; at++) {
      const code = this.bytes[at]!;
      if (CLASSES[code] === DIGIT) continue;
      const joins = code === FULL_STOP || code === COMMA || code === COLON || code === SLASH;
      if (!joins || this.classAt(at + 1) !== DIGIT) break;
    }
    return this.push(start, at, NUMBER);
  }

  private sign(at: number): number {
    const code = this.bytes[at]!;
    const before = this.classAt(at - 1);
    const after = this.classAt(at + 1);
    if (code === FULL_STOP) return after === DIGIT && !isLetter(before) ? this.digits(at, at) : this.stop(at + 1);
    if (code === HYPHEN) {
      // Minus or a range; between letters it is a hyphen, before a space a dash.
      const minus = after === DIGIT && !isLetter(before);
      const spaced =
        before === SPACE && after === SPACE && this.classAt(at - 2) === DIGIT && this.classAt(at + 2) === DIGIT;
      return minus || spaced ? this.push(at, at + 1, SYMBOL) : at + 1;
    }
    if (code === SLASH && isLetter(before) && isLetter(after)) return at + 1;
    // Emphasis and bullets mean nothing.
    if (code === ASTERISK && before !== DIGIT && after !== DIGIT) return at + 1;
    return this.push(at, at + ((code & ~(HIGH_HALF - 1)) === (FOREIGN | HIGH_HALF) ? 2 : 1), SYMBOL);
  }

  /** In front of the text and behind it there is space. */
  private classAt(at: number): number {
    return at < 0 || at >= this.length ? SPACE : CLASSES[this.bytes[at]!]!;
  }

  /** Punctuation behind the last token. */
  private stop(end: number): number {
    if (this.count > 0) this.rows[(this.count - 1) * ROW + BREAK] = 1;
    return end;
  }

  private push(start: number, end: number, kind: Kind): number {
    const row = this.count * ROW;
    if (row === this.rows.length) this.grow();
    const { rows } = this;
    rows[row + START] = start;
    rows[row + END] = end;
    rows[row + KIND] = kind;
    rows[row + BREAK] = 0;
    this.count++;
    return end;
  }

  private grow(): void {
    const { rows } = this;
    this.rows = new Int32Array(rows.length * 2);
    this.rows.set(rows);
  }
}

const isLetter = (sort: number): boolean => sort === LETTER || sort === FOREIGN_LETTER;
const isHighHalf = (code: number): boolean => code >= 0xd800 && code < 0xdc00;
const isLowHalf = (code: number): boolean => code >= 0xdc00 && code < 0xe000;

/** The byte that stands for one unit of a text. */
function byteAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < FOREIGN) return code;
  // The second half of a character beyond the first plane goes with the first.
  const half = isLowHalf(code);
  const character = String.fromCodePoint(text.codePointAt(half && at > 0 ? at - 1 : at)!);
  return FOREIGN | (isHighHalf(code) ? HIGH_HALF : 0) | classOf(character, half);
}

function classOf(character: string, half: boolean): number {
  if (/\s/.test(character)) return SPACE;
  if (/[\u2018\u2019\u02bc]/.test(character)) return APOSTROPHE;
  if (/[\p{L}\p{N}\p{M}]/u.test(character)) return FOREIGN_LETTER;
  return !half && /[\p{S}\u2212]/u.test(character) ? SIGN : OTHER;
}
