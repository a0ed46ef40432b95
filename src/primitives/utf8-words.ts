/** Bytes that are taken in one go. */
const ROOM = 8192;
/** Zeros behind a text: whoever goes over its words may take so many bytes at a time. */
export const ZEROS = 16;

/**
 * A text as UTF-8, four bytes a word: the platform writes it many times faster than a loop could read its characters. One
 * object is used for one text after the other.
 */
export class Utf8Words {
  readonly words: Int32Array;
  /** Code units of the latest text that were taken, and the bytes that they are. */
  read = 0;
  written = 0;
  private readonly encoder = new TextEncoder();
  private readonly bytes = new Uint8Array(ROOM + ZEROS);
  private readonly room = this.bytes.subarray(0, ROOM);

  constructor() {
    this.words = new Int32Array(this.bytes.buffer);
  }

  /** Takes a text, or as much of its beginning as there is room for. */
  take(text: string): void {
    const { read, written } = this.encoder.encodeInto(text, this.room);
    this.read = read;
    this.written = written;
    for (let at = written; at < written + ZEROS; at++) this.bytes[at] = 0;
  }

  /** Whether the bytes are all of the text that was taken last, and of no other: half a surrogate pair has none of its own. */
  isWhole(text: string): boolean {
    return this.read === text.length && (this.written === this.read || text.isWellFormed());
  }
}
