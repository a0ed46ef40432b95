import { Utf8Words } from './utf8-words.ts';

/** 30 bits: a small integer, which is compared and kept without a box. */
const MASK = 2 ** 30 - 1;

/**
 * A 30-bit hash of a text, for tables that check whether what they find is what was asked for: anybody can make two texts
 * with the same one. Four lanes go over its words, so that none waits for another, with the multipliers of xxHash32 (Yann
 * Collet) and a shift after each; the finaliser of MurmurHash3 (Austin Appleby) over all.
 */
export class TextHash {
  /** The latest text, or the end of one that was too long for it. */
  readonly utf8 = new Utf8Words();

  of(text: string): number {
    const { utf8 } = this;
    utf8.take(text);
    let hash = this.mix(0);
    for (let at = utf8.read; at < text.length; at += utf8.read) {
      utf8.take(text.slice(at));
      hash = this.mix(hash);
    }
    return hash & MASK;
  }

  private mix(seed: number): number {
    const { words, written } = this.utf8;
    let first = Math.imul(seed ^ written, 0x165667b1);
    let second = 0;
    let third = 0;
    let fourth = 0;
    for (let at = 0; at * 4 < written; at += 4) {
      first = Math.imul(first ^ words[at]!, 0x9e3779b1);
      first ^= first >>> 15;
      second = Math.imul(second ^ words[at + 1]!, 0x85ebca77);
      second ^= second >>> 13;
      third = Math.imul(third ^ words[at + 2]!, 0xc2b2ae3d);
      third ^= third >>> 14;
      fourth = Math.imul(fourth ^ words[at + 3]!, 0x27d4eb2f);
      fourth ^= fourth >>> 16;
    }
    let mixed = Math.imul(first ^ second, 0x85ebca6b) ^ Math.imul(third ^ fourth, 0xc2b2ae35);
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return mixed ^ (mixed >>> 16);
  }
}
