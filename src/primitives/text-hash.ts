/** Bytes that are copied in one go. */
const CHUNK = 8192;
/** Two words of four bytes are taken at a time; what the last pair lacks is zero. */
const PAIR = 8;
/** 30 bits: a small integer, which a map compares and keeps without a box. */
const MASK = 2 ** 30 - 1;

/**
 * A 30-bit hash of a text, for tables that check whether what they find is what was asked for: anybody can make two texts
 * with the same one. The platform copies the text as UTF-8 many times faster than a loop could read it; two lanes go over
 * that, with the multipliers of xxHash32 (Yann Collet) and a shift after each, and the finaliser of MurmurHash3 (Austin
 * Appleby) over both.
 */
export class TextHash {
  private readonly encoder = new TextEncoder();
  private readonly bytes = new Uint8Array(CHUNK + PAIR);
  private readonly words = new Int32Array(this.bytes.buffer);
  private readonly chunk = this.bytes.subarray(0, CHUNK);

  of(text: string): number {
    let left = Math.imul(text.length, 0xc2b2ae3d);
    let right = 0;
    for (let at = 0; at < text.length; ) {
      const { read, written } = this.encoder.encodeInto(at === 0 ? text : text.slice(at), this.chunk);
      at += read;
      for (let byte = written; byte < written + PAIR; byte++) this.bytes[byte] = 0;
      for (let word = 0; word * 4 < written; word += 2) {
        left = Math.imul(left ^ this.words[word]!, 0x9e3779b1);
        left ^= left >>> 15;
        right = Math.imul(right ^ this.words[word + 1]!, 0x85ebca77);
        right ^= right >>> 13;
      }
    }
    let mixed = Math.imul(left ^ right, 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) & MASK;
  }
}
