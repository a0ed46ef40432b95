import { Buffer } from 'node:buffer';

/** Bytes of a text that are taken in one go. */
const ROOM = 8192;
/** Words that are gone over in one go; those behind a text are zeros. */
const AT_ONCE = 4;
/** Bytes that one text needs at the least. */
export const UTF8_BYTES = ROOM + AT_ONCE * 4;

/**
 * Texts as UTF-8, four bytes a word: the platform writes it many times faster than a loop could read its characters. One
 * object is used for one text after the other, or for some that lie one behind the other.
 */
export class Utf8Words {
  readonly words: Int32Array;
  readonly bytes: Uint8Array;
  /** Code units of the latest text that were taken, and the bytes that they are. */
  read = 0;
  written = 0;
  private readonly encoder = new TextEncoder();
  /** By where they begin, views of the bytes; by their length, views of the words: to make one takes longer than to use it. */
  private readonly rooms: (Uint8Array | null)[];
  private readonly parts: (Int32Array | null)[];

  /**
   * @param size bytes for texts, and for what else lies between them
   * @param buffer its first bytes are those
   */
  constructor(size = UTF8_BYTES, buffer = new ArrayBuffer(size)) {
    this.bytes = new Uint8Array(buffer, 0, size);
    this.words = new Int32Array(buffer, 0, size / 4);
    this.rooms = new Array((size - UTF8_BYTES) / 16 + 1).fill(null);
    this.parts = new Array(UTF8_BYTES / 16 + 1).fill(null);
  }

  /** Takes a text, or as much of its beginning as there is room for, at a word that is a multiple of four. */
  take(text: string, at = 0): void {
    const { read, written } = this.encoder.encodeInto(text, this.roomAt(at));
    this.read = read;
    this.written = written;
    let end = at * 4 + written;
    for (; (end & 3) !== 0; end++) this.bytes[end] = 0;
    for (let word = end >> 2; word < (end >> 2) + AT_ONCE; word++) this.words[word] = 0;
  }

  /** Whether the bytes are all of the text that was taken last, and of no other: half a surrogate pair has none of its own. */
  isWhole(text: string): boolean {
    return this.read === text.length && (this.written === this.read || text.isWellFormed());
  }

  /** How many words a copy of the latest text takes. */
  get size(): number {
    return sizeOf(this.written);
  }

  /** Copies the latest text, which lies at the start. */
  copyTo(words: Int32Array, from: number): void {
    const { size } = this;
    this.parts[size >> 2] ??= this.words.subarray(0, size);
    words.set(this.parts[size >> 2]!, from);
  }

  /** Whether a copy of the latest text, which lies at `at`, is the same if it has as many bytes. */
  isAt(words: Int32Array, from: number, at = 0): boolean {
    const { words: own, size } = this;
    for (let word = 0; word < size; word++) if (own[at + word] !== words[from + word]) return false;
    return true;
  }

  private roomAt(at: number): Uint8Array {
    this.rooms[at >> 2] ??= this.bytes.subarray(at * 4, at * 4 + ROOM);
    return this.rooms[at >> 2]!;
  }
}

/** Words that a copy of so many bytes takes. */
export const sizeOf = (bytes: number): number => ((bytes + 15) >> 4) << 2;

/** The text of a copy. */
export const textAt = (words: Int32Array, from: number, bytes: number): string =>
  Buffer.from(words.buffer, words.byteOffset + from * 4, bytes).toString();
