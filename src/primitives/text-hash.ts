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
  private readonly utf8: Utf8Words;

  /** @param utf8 where texts are written to */
  constructor(utf8 = new Utf8Words()) {
    this.utf8 = utf8;
  }

  /** The hash of a text, which lies in `utf8` from word `at` on then. */
  of(text: string, at = 0): number {
    const utf8 = this.utf8;
    utf8.take(text, at);
    let hash = mix(utf8.words, at, utf8.size, utf8.written);
    for (let from = utf8.read; from < text.length; from += utf8.read) {
      utf8.take(text.slice(from), at);
      hash = mix(utf8.words, at, utf8.size, hash ^ utf8.written);
    }
    return hash & MASK;
  }
}

function mix(words: Int32Array, from: number, size: number, seed: number): number {
  const end = from + size;
  let first = Math.imul(seed, 0x165667b1);
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let at = from; at < end; at += 4) {
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
