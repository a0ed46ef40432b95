import type { Folded } from './fold.ts';

const SPACE = 0x20;
const A = 0x61;
const Z = 0x7a;
/** So many single letters in a row are a word that was spaced out. */
export const SPACED_OUT = 5;
/** Longer than words are: several that were written as one. */
const GLUED = 22;

/** Digits and signs within words, as they stand in for letters. */
export const LEET = /[A-Za-z][013457@$!|]+[A-Za-z]/;

/** Whether words of a folded text may have been spaced out or glued together. */
export function isRespaced({ codes, length, invisible }: Folded): boolean {
  // Zero-width characters may stand where spaces should.
  if (invisible > 0) return true;
  let letters = 0;
  let singles = 0;
  for (let at = 0; at < length; at++) {
    const code = codes[at]!;
    if (code !== SPACE) {
      if (++letters >= GLUED && code < 128) return true;
      continue;
    }
    if (letters === 1) {
      if (++singles >= SPACED_OUT) return true;
    } else singles = 0;
    letters = 0;
  }
  return false;
}

/** The text without its spaces. */
export function join(view: Folded, into: Folded): void {
  into.reset(view.length);
  into.wide = view.wide;
  for (let at = 0; at < view.length; at++) {
    const code = view.codes[at]!;
    if (code !== SPACE) into.push(code, view.origin[at]!);
  }
}

/** Each letter moved on by thirteen. */
export function rot13(view: Folded, into: Folded): void {
  into.reset(view.length);
  into.wide = view.wide;
  for (let at = 0; at < view.length; at++) {
    const code = view.codes[at]!;
    into.push(code >= A && code <= Z ? A + ((code - A + 13) % 26) : code, view.origin[at]!);
  }
}

/** The text read from its end. */
export function backwards(view: Folded, into: Folded): void {
  into.reset(view.length);
  into.wide = view.wide;
  for (let at = view.length - 1; at >= 0; at--) into.push(view.codes[at]!, view.origin[at]!);
}

/** Each word read from its end, the words in their order. */
export function wordsBackwards(view: Folded, into: Folded): void {
  into.reset(view.length);
  into.wide = view.wide;
  let from = 0;
  for (let at = 0; at <= view.length; at++) {
    if (at < view.length && view.codes[at] !== SPACE) continue;
    for (let letter = at - 1; letter >= from; letter--) into.push(view.codes[letter]!, view.origin[letter]!);
    if (at < view.length) into.push(SPACE, view.origin[at]!);
    from = at + 1;
  }
}
