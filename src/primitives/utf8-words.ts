import { Buffer } from 'node:buffer';

/** Bytes that are taken in one go. */
const ROOM = 8192;
/** Words that are gone over in one go; those behind a text are zeros. */
const AT_ONCE = 4;
/** Bytes that all of it takes. */
export const UTF8_BYTES = ROOM + AT_ONCE * 4;

/**
 * A text as UTF-8, four bytes a word: the platform writes it many times faster than a loop could read its characters. One
 * object is used for one text after the other.
 */
export class Utf8Words {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** Code units of the latest text that were taken, and the bytes that they are. */
  read = 0;
  written = 0;
  private readonly encoder = new TextEncoder();
  private readonly room: Uint8Array;

  /** @param buffer its first `UTF8_BYTES` are where texts are written to */
  constructor(buffer = new ArrayBuffer(UTF8_BYTES)) {
    this.bytes = new Uint8Array(buffer, 0, UTF8_BYTES);
    this.room = this.bytes.subarray(0, ROOM);
    this.words = new Int32Array(buffer, 0, UTF8_BYTES / 4);
  }

  /** Takes a text, or as much of its beginning as there is room for. */
  take(text: string): void {
    const { read, written } = this.encoder.encodeInto(text, this.room);
    this.read = read;
    this.written = written;
    let end = written;
    for (; (end & 3) !== 0; end++) this.bytes[end] = 0;
    for (let at = 0; at < AT_ONCE; at++) this.words[(end >> 2) + at] = 0;
  }

  /** Whether the bytes are all of the text that was taken last, and of no other: half a surrogate pair has none of its own. */
  isWhole(text: string): boolean {
    return this.read === text.length && (this.written === this.read || text.isWellFormed());
  }

  /** How many words a copy takes. */
  get size(): number {
    return sizeOf(this.written);
  }

  copyTo(words: Int32Array, from: number): void {
    const { words: own, size } = this;
    for (let at = 0; at < size; at += AT_ONCE) {
      words[from + at] = own[at]!;
      words[from + at + 1] = own[at + 1]!;
      words[from + at + 2] = own[at + 2]!;
      words[from + at + 3] = own[at + 3]!;
    }
  }

  /** Whether a copy of as many bytes is the same. */
  isAt(words: Int32Array, from: number): boolean {
    const { words: own, size } = this;
    for (let at = 0; at < size; at++) if (own[at] !== words[from + at]) return false;
    return true;
  }
}

/** Words that a copy of so many bytes takes. */
export const sizeOf = (bytes: number): number => ((bytes + 15) >> 4) << 2;

/** The text of a copy. */
export const textAt = (words: Int32Array, from: number, bytes: number): string =>
  Buffer.from(words.buffer, words.byteOffset + from * 4, bytes).toString();
