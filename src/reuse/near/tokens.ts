/** What a token is; the numbers are stored by the thousand. */
export const WORD = 0;
export const NUMBER = 1;
export const SYMBOL = 2;
/** A word with an apostrophe inside. */
export const CONTRACTION = 3;
/** A word with letters outside ASCII. */
const FOREIGN_WORD = 4;

type Kind = typeof WORD | typeof NUMBER | typeof SYMBOL | typeof CONTRACTION | typeof FOREIGN_WORD;

const OTHER = 0;
const SPACE = 1;
const LETTER = 2;
const DIGIT = 3;
const APOSTROPHE = 4;
const SIGN = 5;
const CODE = 6;

/** What the first 128 characters are; the text is in lower case. Punctuation that is not listed means nothing here. */
const CLASSES = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  if (/\s/.test(character)) return SPACE;
  if (/[a-z]/.test(character)) return LETTER;
  if (/[0-9]/.test(character)) return DIGIT;
  if (character === "'") return APOSTROPHE;
  if ('$%&+*/@#-.'.includes(character)) return SIGN;
  return '`{}<>\\|=_^~[]'.includes(character) ? CODE : OTHER;
});

const HYPHEN = 0x2d;
const FULL_STOP = 0x2e;
const COMMA = 0x2c;
const COLON = 0x3a;
const SLASH = 0x2f;
const ASTERISK = 0x2a;

/** The words, numbers and meaning-bearing signs of one text, as places in it: no strings are made. Reused from text to text. */
export class Tokens {
  /** In lower case; what the places refer to. */
  text = '';
  count = 0;
  /** It has signs of code or markup, where every character counts. */
  code = false;
  starts = new Int32Array(64);
  ends = new Int32Array(64);
  kinds = new Uint8Array(64);
  /** 1 where a full stop, a comma or the like stands behind the token. */
  breaks = new Uint8Array(64);

  read(text: string): this {
    this.text = text.toLowerCase();
    this.count = 0;
    this.code = false;
    for (let at = 0; at < this.text.length; ) at = this.token(at, this.classAt(at));
    return this;
  }

  word(index: number): string {
    return this.text.slice(this.starts[index]!, this.ends[index]!);
  }

  /** Reads what begins at a place and returns where it ends. */
  private token(at: number, kind: number): number {
    if (kind === LETTER) return this.letters(at);
    if (kind === DIGIT) return this.digits(at, at);
    if (kind === SIGN) return this.sign(at);
    if (kind === CODE) this.code = true;
    return kind === OTHER ? this.stop(at + 1) : at + 1;
  }

  private letters(start: number): number {
    let kind: Kind = WORD;
    let at = start;
    for (; at < this.text.length; at++) {
      const sort = this.classAt(at);
      if (sort === APOSTROPHE && this.classAt(at + 1) === LETTER) kind = CONTRACTION;
      else if (sort !== LETTER) break;
      else if (this.text.charCodeAt(at) >= 128 && kind === WORD) kind = FOREIGN_WORD;
    }
    return this.push(start, at, kind);
  }

  private digits(start: number, from: number): number {
    let at = from + 1;
    for (; at < this.text.length; at++) {
      if (this.classAt(at) === DIGIT) continue;
      const code = this.text.charCodeAt(at);
      const joins = code === FULL_STOP || code === COMMA || code === COLON || code === SLASH;
      if (!joins || this.classAt(at + 1) !== DIGIT) break;
    }
    return this.push(start, at, NUMBER);
  }

  private sign(at: number): number {
    const code = this.text.charCodeAt(at);
    const before = this.classAt(at - 1);
    const after = this.classAt(at + 1);
    if (code === FULL_STOP) return after === DIGIT && before !== LETTER ? this.digits(at, at) : this.stop(at + 1);
    if (code === HYPHEN) {
      // Minus or a range; between letters it is a hyphen, before a space a dash.
      const minus = after === DIGIT && before !== LETTER;
      const spaced =
        before === SPACE && after === SPACE && this.classAt(at - 2) === DIGIT && this.classAt(at + 2) === DIGIT;
      return minus || spaced ? this.push(at, at + 1, SYMBOL) : at + 1;
    }
    if (code === SLASH && before === LETTER && after === LETTER) return at + 1;
    // Emphasis and bullets mean nothing.
    if (code === ASTERISK && before !== DIGIT && after !== DIGIT) return at + 1;
    return this.push(at, at + (isHighHalf(code) ? 2 : 1), SYMBOL);
  }

  private classAt(at: number): number {
    const code = this.text.charCodeAt(at);
    if (code < 128) return CLASSES[code]!;
    return Number.isNaN(code) ? SPACE : this.otherClass(at);
  }

  private otherClass(at: number): number {
    // The second half of a character beyond the first plane goes with the first.
    const half = isLowHalf(this.text.charCodeAt(at));
    const character = String.fromCodePoint(this.text.codePointAt(half ? at - 1 : at)!);
    if (/\s/.test(character)) return SPACE;
    if (/[\u2018\u2019\u02bc]/.test(character)) return APOSTROPHE;
    if (/[\p{L}\p{N}\p{M}]/u.test(character)) return LETTER;
    return !half && /[\p{S}\u2212]/u.test(character) ? SIGN : OTHER;
  }

  /** Punctuation behind the last token. */
  private stop(end: number): number {
    if (this.count > 0) this.breaks[this.count - 1] = 1;
    return end;
  }

  private push(start: number, end: number, kind: Kind): number {
    if (this.count === this.starts.length) this.grow();
    this.starts[this.count] = start;
    this.ends[this.count] = end;
    this.breaks[this.count] = 0;
    this.kinds[this.count++] = kind;
    return end;
  }

  private grow(): void {
    const double = this.count * 2;
    this.starts = copy(this.starts, new Int32Array(double));
    this.ends = copy(this.ends, new Int32Array(double));
    this.kinds = copy(this.kinds, new Uint8Array(double));
    this.breaks = copy(this.breaks, new Uint8Array(double));
  }
}

const isHighHalf = (code: number): boolean => code >= 0xd800 && code < 0xdc00;
const isLowHalf = (code: number): boolean => code >= 0xdc00 && code < 0xe000;

function copy<Numbers extends Int32Array | Uint8Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}
