import { confusables } from './confusables.ts';

export const SPACE = 0x20;
/** The first half of every tag character. */
const TAG = 0xdb40;
/** In the tables: the character is dropped. A folded text holds no other control characters. */
export const DROP = 0;
/** In the tables: it becomes several characters, which stand in `expansions`. */
const SEVERAL = 1;

/** Accents and other marks that are set upon a letter. */
const MARKS = /[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g;
/** What takes no room or says nothing: zero-width, directions, fillers, variation selectors, soft hyphens, broken characters. */
const INVISIBLE: readonly (readonly [from: number, to: number])[] = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x115f, 0x1160],
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff9, 0xfffb],
  [0xfffd, 0xfffd],
];
/** Any of these, and what takes no room beyond the basic plane; of code units that make pairs only halves by themselves. */
export const UNSEEN = new RegExp(
  `[${[...INVISIBLE, [0xe0000, 0xe0fff]].map((range) => range.map((code) => `\\u{${code.toString(16)}}`).join('-')).join('')}]`,
  'u',
);
const WORD = /[\p{L}\p{N}\p{M}]/u;

/** How digits and signs stand in for letters. */
const LEET: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  8: 'b',
  '@': 'a',
  $: 's',
  '!': 'i',
  '|': 'l',
  '+': 't',
};

/**
 * A text as the guard reads it: compatibility forms, case, accents, look-alikes and invisible characters are gone,
 * every run of other characters is one space, and a space stands at either end. Its buffers are used again by the next.
 */
export class Folded {
  codes: Uint16Array<ArrayBuffer>;
  /** Where each code came from: an index into the original text. */
  origin: Int32Array<ArrayBuffer>;
  length = 0;
  /** Characters that took no room; who needs them inside a word has something to hide. */
  invisible = 0;
  /** Tag characters: letters that nobody sees and a model reads. */
  tags = 0;
  /** Holds letters of other alphabets than the plain Latin one. */
  wide = false;

  constructor(capacity: number) {
    this.codes = new Uint16Array(capacity);
    this.origin = new Int32Array(capacity);
  }

  reset(capacity: number): void {
    this.length = 0;
    this.invisible = 0;
    this.tags = 0;
    this.wide = false;
    if (this.codes.length >= capacity) return;
    this.codes = new Uint16Array(capacity);
    this.origin = new Int32Array(capacity);
  }

  push(code: number, origin: number): void {
    this.codes[this.length] = code;
    this.origin[this.length++] = origin;
  }

  /** One space, never two. */
  space(origin: number): void {
    if (this.length === 0 || this.codes[this.length - 1] !== SPACE) this.push(SPACE, origin);
  }

  /** The folded text between two indices. */
  text(from = 0, to = this.length): string {
    return String.fromCharCode(...this.codes.subarray(from, to));
  }
}

/** Codes that one character may become. U+FDFA, a whole phrase, would be 18: then a few of them could fill any buffer. */
const MOST_EXPANDED = 4;

/** Folds texts. Tables of 256 characters are made when the first of them is met: NFKC itself would be too slow. */
export class Folder {
  private readonly lookalikes = confusables();
  private readonly blocks: (Uint16Array | undefined)[] = new Array<Uint16Array | undefined>(256).fill(undefined);
  private readonly expansions = new Map<number, string>();
  private readonly plain: Uint16Array;
  private readonly leet: Uint16Array;
  private readonly encoder = new TextEncoder();
  private bytes = new Uint8Array(0);

  constructor() {
    this.plain = this.block(0);
    this.leet = this.plain.slice();
    for (const [sign, letter] of Object.entries(LEET)) this.leet[sign.charCodeAt(0)] = letter.charCodeAt(0);
  }

  /** What a character of ASCII folds to; `DROP` where it leaves no trace. */
  ascii(code: number): number {
    return this.plain[code]!;
  }

  /** Folds `text[from … to)` into `into`. With `leet`, signs that stand in for letters are read as those. */
  fold(text: string, from: number, to: number, into: Folded, leet = false): void {
    const ascii = leet ? this.leet : this.plain;
    into.reset((to - from) * MOST_EXPANDED + 2);
    into.space(from);
    if (this.isAscii(text, from, to)) this.foldAscii(ascii, from, to, into);
    else this.foldMixed(ascii, text, from, to, into);
    into.space(to);
  }

  /** Whether a text is ASCII; if so it lies in `bytes` now. */
  private isAscii(text: string, from: number, to: number): boolean {
    const length = to - from;
    if (this.bytes.length < length) this.bytes = new Uint8Array(length);
    const { read, written } = this.encoder.encodeInto(text.slice(from, to), this.bytes);
    return read === length && written === length;
  }

  /** Most texts are ASCII, and this loop is much of what a guard costs: from bytes it goes several times as fast as from a string. */
  private foldAscii(table: Uint16Array, from: number, to: number, into: Folded): void {
    const { codes, origin } = into;
    const { bytes } = this;
    let { length } = into;
    let last = SPACE;
    for (let at = from; at < to; at++) {
      const folded = table[bytes[at - from]!]!;
      if (folded === DROP || (folded === SPACE && last === SPACE)) continue;
      codes[length] = folded;
      origin[length++] = at;
      last = folded;
    }
    into.length = length;
  }

  private foldMixed(table: Uint16Array, text: string, from: number, to: number, into: Folded): void {
    let last = SPACE;
    for (let at = from; at < to; at++) {
      const code = text.charCodeAt(at);
      if (code >= 128) {
        at += this.foldWide(text, at, code, into);
        last = into.codes[into.length - 1]!;
        continue;
      }
      const folded = table[code]!;
      if (folded === DROP || (folded === SPACE && last === SPACE)) continue;
      into.push(folded, at);
      last = folded;
    }
  }

  /** A word or phrase as it stands in a folded text, without spaces around it. */
  phrase(text: string): string {
    const folded = new Folded(0);
    this.fold(text, 0, text.length, folded);
    return folded.text().trim();
  }

  /** Folds a character outside ASCII; returns how many more code units it took. */
  private foldWide(text: string, at: number, code: number, into: Folded): number {
    const before = into.length;
    const more = this.readWide(text, at, code, into);
    for (let read = before; read < into.length; read++) if (into.codes[read]! >= 128) into.wide = true;
    return more;
  }

  private readWide(text: string, at: number, code: number, into: Folded): number {
    const point = text.codePointAt(at)!;
    // Half a pair by itself is a character like others: what stands behind it is no part of it.
    if (point > 0xffff) {
      this.foldSupplementary(text, at, point, into);
      return 1;
    }
    // Han and Hangul stay as they are; half of the plane needs no table.
    if ((code >= 0x4e00 && code < 0xa000) || (code >= 0xac00 && code < 0xd7a4)) {
      into.push(code, at);
      return 0;
    }
    const folded = (this.blocks[code >> 8] ?? this.block(code >> 8))[code & 255]!;
    if (folded === SPACE) into.space(at);
    else if (folded === DROP) into.invisible++;
    else if (folded === SEVERAL) this.expand(this.expansions.get(code)!, at, into);
    else into.push(folded, at);
    return 0;
  }

  private foldSupplementary(text: string, at: number, point: number, into: Folded): void {
    if (point >= 0xe0020 && point < 0xe007f) {
      // They are a text of their own, whatever stands before them.
      if (text.charCodeAt(at - 2) !== TAG) into.space(at);
      into.tags++;
      const folded = this.plain[point - 0xe0000]!;
      if (folded === SPACE) into.space(at);
      else if (folded !== DROP) into.push(folded, at);
    } else if (point >= 0xe0000 && point < 0xe1000) into.invisible++;
    else if (point >= 0x1d400 && point < 0x1d800) this.expand(this.several(point), at, into);
    else if (point >= 0x1f100 && point < 0x1f200) {
      // Letters in circles, squares and flags: four alphabets at fixed places.
      const start = [0x1f1e6, 0x1f170, 0x1f150, 0x1f130, 0x1f110].find((first) => point >= first && point < first + 26);
      if (start === undefined) into.space(at);
      else into.push(0x61 + point - start, at);
    } else if (point >= 0x1f000 && point < 0x20000) into.space(at);
    else into.push(0xdc00 + (point & 0x3ff), at);
  }

  private several(point: number): string {
    let expansion = this.expansions.get(point);
    if (expansion === undefined) {
      expansion = this.read(String.fromCodePoint(point));
      this.expansions.set(point, expansion);
    }
    return expansion;
  }

  private expand(expansion: string, at: number, into: Folded): void {
    for (let i = 0; i < expansion.length; i++) {
      const code = expansion.charCodeAt(i);
      if (code === SPACE) into.space(at);
      else into.push(code, at);
    }
  }

  private block(high: number): Uint16Array {
    const table = new Uint16Array(256);
    for (let low = 0; low < 256; low++) {
      const code = (high << 8) | low;
      const character = String.fromCharCode(code);
      const invisible = INVISIBLE.some(([from, to]) => code >= from && code <= to);
      const read = invisible ? '' : this.read(character);
      if (read.length > 1) this.expansions.set(code, read);
      table[low] = read.length > 1 ? SEVERAL : read === '' ? DROP : read.charCodeAt(0);
    }
    this.blocks[high] = table;
    return table;
  }

  /** What one character reads as. */
  private read(character: string): string {
    if (character === "'" || character === '’') return '';
    let read = '';
    for (const part of character.normalize('NFKD').replace(MARKS, '').normalize('NFC').toLowerCase()) {
      read += this.lookalikes.get(part) ?? (WORD.test(part) ? part : ' ');
    }
    return read.slice(0, MOST_EXPANDED);
  }
}
