import { Buffer } from 'node:buffer';

/** A text that stood encoded in another one. */
export interface Decoded {
  readonly encoding: 'base64' | 'hex' | 'escapes';
  readonly text: string;
  /** The stretch that held it: from the first encoded piece to the last. */
  readonly start: number;
  readonly end: number;
}

/** Sixteen characters of base64 hold twelve of text: less says nothing. */
export const SHORTEST = 16;
const RUN = /[A-Za-z0-9+/_-]{16,}/g;
/** By code unit: whether it may stand in a run. */
const IN_RUN = Uint8Array.from({ length: 128 }, (_, code) =>
  /[A-Za-z0-9+/_-]/.test(String.fromCharCode(code)) ? 1 : 0,
);
const HEX = /^(?:[0-9a-fA-F]{2})+$/;
/** Of the bytes that a run decodes to, those that are text must make up this share; of chance bytes four in ten do. */
const LEAST_TEXT = 0.9;
const LOOKED_AT = 96;
/** Bytes of UTF-16, of which fewer are chance. */
const FEWEST_WIDE = 8;
/** Base64 is read from any of its four characters on: a piece of a longer text may begin within a run. */
const ALIGNMENTS = [0, 1, 2, 3];
const ESCAPES =
  /(?:%[0-9a-fA-F]{2})+|&(?:#\d{1,7};?|#[xX][0-9a-fA-F]{1,6};?|[a-z]{2,6};)|\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[0-3][0-7]{2})/g;
/** What every escape begins with. */
const OPENS = /[%&\\]/;
/** Fewer than this many replaced characters hide nothing. */
const FEWEST = 3;
/** How often escapes are undone one after the other. */
const MOST_ROUNDS = 3;

/** Texts that stand in `text` in an encoding, each kind by itself. The cost grows with the length alone. */
export function decodeAll(text: string): readonly Decoded[] {
  const found = hasRun(text) ? decodeRuns(text) : [];
  if (OPENS.test(text)) undoEscapes(found, text);
  return found;
}

/** Whether any run is long enough: one that is holds a character whose place is a multiple of that, whatever its own. */
function hasRun(text: string): boolean {
  for (let probe = SHORTEST - 1; probe < text.length; probe += SHORTEST) {
    if (!isInRun(text, probe)) continue;
    let start = probe;
    while (start > 0 && isInRun(text, start - 1)) start--;
    let end = probe + 1;
    while (end < text.length && isInRun(text, end)) end++;
    if (end - start >= SHORTEST) return true;
  }
  return false;
}

const isInRun = (text: string, at: number): boolean => IN_RUN[text.charCodeAt(at)] === 1;

/** Runs of one encoding. */
interface Runs {
  readonly texts: string[];
  readonly start: number;
  end: number;
}

/** Runs of base64 and of hexadecimal digits: what all of them decode to is read together. */
function decodeRuns(text: string): Decoded[] {
  const found: Record<'base64' | 'hex', Runs | null> = { base64: null, hex: null };
  for (const match of text.matchAll(RUN)) {
    const [run] = match;
    const encoding = run.length % 2 === 0 && HEX.test(run) ? 'hex' : 'base64';
    const skipped = ALIGNMENTS.find((skip) => {
      const bytes = Buffer.from(run.slice(skip, skip + 2 * LOOKED_AT), encoding);
      return isWide(bytes) || isText(bytes);
    });
    if (skipped === undefined) continue;
    const bytes = Buffer.from(run.slice(skipped), encoding);
    const plain = isWide(bytes) ? bytes.toString('latin1').replaceAll('\0', '') : bytes.toString('utf8');
    const end = match.index + run.length;
    const earlier = found[encoding];
    if (earlier === null) found[encoding] = { texts: [plain], start: match.index, end };
    else {
      earlier.texts.push(plain);
      earlier.end = end;
    }
  }
  return (['base64', 'hex'] as const).flatMap((encoding) => {
    const runs = found[encoding];
    if (runs === null) return [];
    const { texts, start, end } = runs;
    // Lines of one text may be cut within a word; of texts that stand side by side, words must not be glued together.
    return [...new Set([texts.join(''), texts.join(' ')])].map((plain) => ({ encoding, text: plain, start, end }));
  });
}

function isText(bytes: Buffer): boolean {
  const looked = Math.min(bytes.length, LOOKED_AT);
  let printable = 0;
  for (let at = 0; at < looked; at++) {
    const byte = bytes[at]!;
    // Bytes beyond ASCII count: other alphabets are text, too. What is not UTF-8 shows as replacement characters.
    if ((byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09) printable++;
    else if (byte >= 0x80) printable += 0.9;
  }
  return (
    printable / looked >= LEAST_TEXT &&
    !bytes
      .toString('utf8', 0, looked - (looked % 4))
      .slice(0, -3)
      .includes('\ufffd')
  );
}

/** UTF-16 of Latin letters, whichever byte comes first: every other one is zero. */
function isWide(bytes: Buffer): boolean {
  const looked = Math.min(bytes.length, LOOKED_AT) & -2;
  if (looked < FEWEST_WIDE || (bytes[0] === 0) === (bytes[1] === 0)) return false;
  const zero = bytes[0] === 0 ? 0 : 1;
  for (let at = 0; at < looked; at += 2) {
    const letter = bytes[at + 1 - zero]!;
    if (bytes[at + zero] !== 0 || letter === 0) return false;
  }
  return true;
}

/** Percent signs of addresses, entities of HTML, escapes of programs: in one pass, as each would cost one. */
function undoEscapes(found: Decoded[], text: string): void {
  const { plain, start, end, characters } = undone(text);
  if (characters < FEWEST) return;
  // What was escaped may have been escaped before: `%2569` is `%69`, and that is a letter.
  let inner = plain;
  for (let round = 1; round < MOST_ROUNDS && OPENS.test(inner); round++) {
    const again = undone(inner);
    if (again.characters < FEWEST) break;
    inner = again.plain;
  }
  found.push({ encoding: 'escapes', text: inner, start, end });
}

/** A text with its escapes undone, the stretch that held them, and how many characters they were. */
function undone(text: string) {
  let start = -1;
  let end = 0;
  let characters = 0;
  const plain = text.replace(ESCAPES, (piece, at: number) => {
    const decoded = decodeEscape(piece);
    if (decoded !== piece) {
      if (start < 0) start = at;
      end = at + piece.length;
      characters += decoded.length;
    }
    return decoded;
  });
  return { plain, start, end, characters };
}

function decodeEscape(piece: string): string {
  if (piece.startsWith('%')) return Buffer.from(piece.replaceAll('%', ''), 'hex').toString('utf8');
  if (piece.startsWith('&')) return fromEntity(piece);
  if (piece[1] === 'u' || piece[1] === 'x') return String.fromCharCode(Number.parseInt(piece.slice(2), 16));
  return String.fromCharCode(Number.parseInt(piece.slice(1), 8));
}

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'", nbsp: ' ' };

function fromEntity(piece: string): string {
  // Those by number are read without their end, too.
  const name = piece.slice(1).replace(';', '');
  if (!name.startsWith('#')) return NAMED[name] ?? piece;
  const hex = name[1] === 'x' || name[1] === 'X';
  const point = Number.parseInt(name.slice(hex ? 2 : 1), hex ? 16 : 10);
  return point <= 0x10ffff ? String.fromCodePoint(point) : piece;
}
