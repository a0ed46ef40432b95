import { WireFault } from './wire-fault.ts';

/** Where in a chunked body the reader stands. Numbers: one is compared for every byte that is no data. */
const SIZE = 0;
const EXTENSION = 1;
const SIZE_END = 2;
const DATA = 3;
const DATA_CR = 4;
const DATA_END = 5;
const TRAILER = 6;
const TRAILER_LINE = 7;
const TRAILER_END = 8;
const LAST_END = 9;
const DONE = 10;

const CR = 0x0d;
const LF = 0x0a;
/** Hexadecimal digits of a size; with more it would not be exact. */
const MOST_DIGITS = 12;
/** Bytes of extensions and trailers, in all: nobody reads them. */
const MOST_BESIDE = 32 * 1024;

/** Takes the frames off a body in chunks (RFC 9112, 7.1), however the bytes are cut. */
export class ChunkedBody {
  /** Where the last `take` stopped reading: behind the bytes, or behind the body. */
  end = 0;
  private state = SIZE;
  private digits = 0;
  /** Bytes of the present chunk that are still to come. */
  private left = 0;
  private beside = 0;

  get done(): boolean {
    return this.state === DONE;
  }

  /**
   * Moves the data among the bytes from `from` on together, so that what came at once can be read at once; returns where
   * they end now. Throws for what are no chunks.
   */
  take(bytes: Buffer, from: number): number {
    const { length } = bytes;
    let to = from;
    let at = from;
    while (at < length && this.state !== DONE) {
      if (this.state === DATA) {
        const size = Math.min(this.left, length - at);
        if (to !== at) bytes.copyWithin(to, at, at + size);
        to += size;
        at += size;
        this.left -= size;
        if (this.left === 0) this.state = DATA_CR;
      } else this.step(bytes[at++]!);
    }
    this.end = at;
    return to;
  }

  private step(byte: number): void {
    switch (this.state) {
      case SIZE:
        return this.size(byte);
      case EXTENSION:
        if (byte === CR) this.state = SIZE_END;
        else this.skip(byte);
        return;
      case SIZE_END:
        expect(byte, LF);
        this.state = this.left === 0 ? TRAILER : DATA;
        return;
      case DATA_CR:
        expect(byte, CR);
        this.state = DATA_END;
        return;
      case DATA_END:
        expect(byte, LF);
        this.digits = 0;
        this.state = SIZE;
        return;
      case TRAILER:
        if (byte === CR) this.state = LAST_END;
        else {
          this.skip(byte);
          this.state = TRAILER_LINE;
        }
        return;
      case TRAILER_LINE:
        if (byte === CR) this.state = TRAILER_END;
        else this.skip(byte);
        return;
      case TRAILER_END:
        expect(byte, LF);
        this.state = TRAILER;
        return;
      case LAST_END:
        expect(byte, LF);
        this.state = DONE;
    }
  }

  private size(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      if (++this.digits > MOST_DIGITS) throw broken();
      this.left = this.left * 16 + digit;
      return;
    }
    if (this.digits === 0) throw broken();
    if (byte === CR) this.state = SIZE_END;
    // A semicolon begins an extension; some servers pad the size with spaces.
    else if (byte === 0x3b || byte === 0x20 || byte === 0x09) this.state = EXTENSION;
    else throw broken();
  }

  private skip(byte: number): void {
    if (byte === LF || ++this.beside > MOST_BESIDE) throw broken();
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function expect(byte: number, wanted: number): void {
  if (byte !== wanted) throw broken();
}

const broken = (): WireFault => new WireFault('WIRE_SYNTAX', 'its body is not in the chunks it was announced in');
