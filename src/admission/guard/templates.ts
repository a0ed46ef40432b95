import { UNSEEN } from './fold.ts';

/** How far a template that is never closed is followed, characters. */
const LONGEST = 200;

const CURLY = 0x7d;
const ANGLE = 0x3e;
const SQUARE = 0x5d;
/** It has no closing sign of one character: it is as long as it may be. */
const NONE = -1;

/** What opens a template, and the character that ends it. Jinja, Twig, Liquid, Handlebars, EL, SpEL, ERB, OGNL, PHP … */
const OPENERS: readonly (readonly [opener: string, closer: number])[] = [
  ['{{', CURLY],
  ['{%', CURLY],
  ['${', CURLY],
  ['#{', CURLY],
  ['*{', CURLY],
  ['@{', CURLY],
  ['<%', ANGLE],
  ['<#', ANGLE],
  ['[[', SQUARE],
  ['#set(', NONE],
  ['{php}', NONE],
  ['<script', NONE],
];

const BY_FIRST = new Map<number, (typeof OPENERS)[number][]>();
for (const opener of OPENERS) {
  const first = opener[0].charCodeAt(0);
  BY_FIRST.set(first, [...(BY_FIRST.get(first) ?? []), opener]);
}
const FIRST = new Uint8Array(128);
for (const code of BY_FIRST.keys()) FIRST[code] = 1;

/** The same as a pattern: most texts have none of them, and it looks through one much faster than a loop does. */
const ANY = new RegExp(`[${[...BY_FIRST.keys()].map((code) => `\\u00${code.toString(16)}`).join('')}]`);

/** Signs of full width, which compatibility forms turn into those of ASCII, and how far they are from them. */
const WIDE = /[\uff01-\uff5e]/;
const WIDER = 0xfee0;
/** What a text is cleaned of: either. */
const ODD = new RegExp(`${UNSEEN.source}|${WIDE.source}`, 'gu');

/** By their codes, what names of variables are made of, and what may stand around them. */
const NAMING = new Uint8Array(128);
for (const sign of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.- {}')
  NAMING[sign.charCodeAt(0)] = 1;

/** Stretches of a text that some engine might take for a template: indices into the text, in order, apart. */
export class Templates {
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  /** Of those, the ones with a sum in them that only a probe would ask for: `{{7*7}}`. */
  readonly probes: number[] = [];
  /** And those with nothing in them but the name of a variable: `${user.token}`, `${{ secrets.TOKEN }}`. */
  readonly names = new Set<number>();
  /** Of those, a single setting of the environment: `${process.env.API_URL}`. */
  readonly settings = new Set<number>();

  /** Looks through a text, as it is once it has been cleaned: engines are seldom the first to read it. */
  find(text: string): void {
    if (!UNSEEN.test(text) && !WIDE.test(text)) return this.search(text);
    const { clean, origin } = cleaned(text);
    this.search(clean);
    for (let at = 0; at < this.starts.length; at++) {
      this.starts[at] = origin[this.starts[at]!]!;
      this.ends[at] = origin[this.ends[at]! - 1]! + 1;
    }
  }

  private search(text: string): void {
    const to = text.length;
    this.starts.length = 0;
    this.ends.length = 0;
    this.probes.length = 0;
    this.names.clear();
    this.settings.clear();
    if (!ANY.test(text)) return;
    for (let at = 0; at < to; at++) {
      const code = text.charCodeAt(at);
      if (code >= 128 || FIRST[code] === 0) continue;
      const opener = BY_FIRST.get(code)!.find(([sign]) => text.startsWith(sign, at));
      if (opener === undefined) continue;
      const [sign, closer] = opener;
      const inside = at + sign.length;
      const end = endOf(text, inside, Math.min(to, inside + LONGEST), closer);
      if (isSum(text, inside, end)) this.probes.push(this.starts.length);
      if (sign === '${' && isName(text, inside, end)) {
        this.names.add(this.starts.length);
        if (text.startsWith('process.env.', inside)) this.settings.add(this.starts.length);
      }
      this.starts.push(at);
      this.ends.push(end);
      at = end - 1;
    }
  }

  /** The template that holds an index of the text, or -1. */
  around(index: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      if (this.ends[middle]! <= index) low = middle + 1;
      else if (this.starts[middle]! > index) high = middle - 1;
      else return middle;
    }
    return -1;
  }
}

/** A text without what takes no room and with the signs of ASCII, and where each of its code units came from. */
function cleaned(text: string): { readonly clean: string; readonly origin: Int32Array } {
  const origin = new Int32Array(text.length);
  let clean = '';
  let kept = 0;
  const keep = (from: number, to: number): void => {
    for (let at = from; at < to; at++) origin[clean.length + at - from] = at;
    clean += text.slice(from, to);
    kept = to;
  };
  for (const { 0: sign, index } of text.matchAll(ODD)) {
    keep(kept, index);
    kept += sign.length;
    if (!WIDE.test(sign)) continue;
    origin[clean.length] = index;
    clean += String.fromCharCode(sign.charCodeAt(0) - WIDER);
  }
  keep(kept, text.length);
  return { clean, origin };
}

function endOf(text: string, from: number, to: number, closer: number): number {
  for (let at = from; at < to; at++) if (text.charCodeAt(at) === closer) return at + 1;
  return to;
}

/** Letters, digits, dots and lines, in one or two pairs of braces. */
function isName(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (NAMING[text.charCodeAt(at)] !== 1) return false;
  return true;
}

/** `7*7`, `= 9999 * 9999`: what shows whether a template is run, and is of no other use. */
function isSum(text: string, from: number, to: number): boolean {
  let at = from;
  const skip = (wanted: (code: number) => boolean): number => {
    const start = at;
    while (at < to && wanted(text.charCodeAt(at))) at++;
    return at - start;
  };
  skip((code) => code === 0x20 || code === 0x3d || code === 0x7b || code === 0x28);
  if (skip(isDigit) === 0) return false;
  skip((code) => code === 0x20);
  if (text.charCodeAt(at) !== 0x2a || at >= to) return false;
  at++;
  skip((code) => code === 0x20 || code === 0x27 || code === 0x22);
  return skip(isDigit) > 0;
}

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;
