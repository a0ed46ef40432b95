import { Buffer } from 'node:buffer';

/** A piece of a text: offsets into it, `end` exclusive. */
export interface Chunk {
  readonly start: number;
  readonly end: number;
  /** Counted from 1. */
  readonly firstLine: number;
  readonly lastLine: number;
  /** The headings it stands under, outermost first; `''` where there are none. */
  readonly headings: string;
}

export interface ChunkLimits {
  /** UTF-8 bytes of a chunk at most; at least 8. */
  readonly bytes: number;
  /** Whether lines that begin with `#` are headings. */
  readonly markdown: boolean;
}

/** A line, or a part of one that is longer than a chunk may be. */
interface Piece {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly bytes: number;
}

/** Lines that belong together: a heading, or a paragraph with the empty lines behind it. */
interface Block {
  readonly pieces: Piece[];
  readonly heading: Heading | null;
}

interface Heading {
  readonly level: number;
  readonly title: string;
}

const LINE = /[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+/g;
const HEADING = /^ {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*\s*$/;
const FENCE = /^ {0,3}(?:```|~~~)/;

/**
 * Cuts a text into chunks: at headings, else between paragraphs, else between lines, else between words. Together they
 * cover all of it but white space. A chunk that begins within a paragraph repeats the last line of the one before, if
 * that is short.
 */
export function chunkText(text: string, limits: ChunkLimits): readonly Chunk[] {
  const packer = new Packer(text, limits.bytes);
  for (const block of blocksOf(text, limits)) packer.add(block);
  return packer.finish();
}

/** Puts blocks together while they fit. */
class Packer {
  private readonly text: string;
  private readonly limit: number;
  private readonly chunks: Chunk[] = [];
  private pieces: Piece[] = [];
  private bytes = 0;
  /** More than headings is in the open chunk. */
  private hasBody = false;
  private readonly path: Heading[] = [];

  constructor(text: string, limit: number) {
    this.text = text;
    this.limit = limit;
  }

  add({ pieces, heading }: Block): void {
    const bytes = pieces.reduce((sum, piece) => sum + piece.bytes, 0);
    // A heading alone is no chunk worth finding: what follows it is cut up sooner than parted from it.
    if (this.hasBody && (heading !== null || this.bytes + bytes > this.limit)) this.flush();
    if (heading !== null) this.enter(heading);
    for (const piece of pieces) {
      if (this.bytes + piece.bytes > this.limit) this.flushWithOverlap(piece);
      this.push(piece);
    }
    this.hasBody ||= heading === null && this.isVisible(pieces);
  }

  finish(): readonly Chunk[] {
    this.flush();
    return this.chunks;
  }

  private push(piece: Piece): void {
    this.pieces.push(piece);
    this.bytes += piece.bytes;
  }

  private flushWithOverlap(next: Piece): void {
    const last = this.pieces.at(-1);
    this.flush();
    if (last === undefined || last.bytes > this.limit / 4 || last.bytes + next.bytes > this.limit) return;
    this.push(last);
  }

  private flush(): void {
    if (this.isVisible(this.pieces)) {
      const first = this.pieces[0]!;
      const last = this.pieces.at(-1)!;
      this.chunks.push({
        start: first.start,
        end: last.end,
        firstLine: first.line,
        lastLine: last.line,
        headings: this.path.map(({ title }) => title).join(' > '),
      });
    }
    this.pieces = [];
    this.bytes = 0;
    this.hasBody = false;
  }

  private isVisible(pieces: readonly Piece[]): boolean {
    return pieces.length > 0 && /\S/.test(this.text.slice(pieces[0]!.start, pieces.at(-1)!.end));
  }

  private enter(heading: Heading): void {
    while (this.path.length > 0 && this.path.at(-1)!.level >= heading.level) this.path.pop();
    this.path.push(heading);
  }
}

function* blocksOf(text: string, { bytes, markdown }: ChunkLimits): Generator<Block> {
  let open: Piece[] = [];
  let fenced = false;
  let blankSeen = false;
  let line = 0;
  for (const { 0: content, index } of text.matchAll(LINE)) {
    line++;
    const pieces = piecesOf(content, index, line, bytes);
    const blank = content.trim() === '';
    const heading = markdown && !fenced ? headingOf(content) : null;
    if (open.length > 0 && (heading !== null || (blankSeen && !blank && !fenced))) {
      yield { pieces: open, heading: null };
      open = [];
    }
    if (markdown && FENCE.test(content)) fenced = !fenced;
    blankSeen = blank;
    if (heading === null) open.push(...pieces);
    else yield { pieces, heading };
  }
  if (open.length > 0) yield { pieces: open, heading: null };
}

function headingOf(line: string): Heading | null {
  const found = HEADING.exec(line);
  return found === null ? null : { level: found[1]!.length, title: found[2]! };
}

/**
 * One piece for a line; several for one that is too long, cut behind white space where there is any. They are half as
 * long as a chunk may be, so that a heading and the first of them fit together.
 */
function piecesOf(content: string, start: number, line: number, limit: number): Piece[] {
  const bytes = Buffer.byteLength(content);
  if (bytes <= limit) return [{ start, end: start + content.length, line, bytes }];
  const pieces: Piece[] = [];
  // The line end stays with the last piece: between CR and LF there would be a line that is none.
  const body = content.replace(/[\r\n]+$/, '');
  for (let from = 0; from < body.length; ) {
    const { end, bytes } = cutAt(body, from, limit / 2);
    pieces.push({ start: start + from, end: start + end, line, bytes });
    from = end;
  }
  const last = pieces.pop()!;
  const lineEnd = content.length - body.length;
  return [...pieces, { ...last, end: last.end + lineEnd, bytes: last.bytes + lineEnd }];
}

/** Where the piece that begins at `from` ends; never inside a code point. */
function cutAt(content: string, from: number, limit: number): { readonly end: number; readonly bytes: number } {
  let bytes = 0;
  let end = from;
  let behindSpace: { end: number; bytes: number } | null = null;
  while (end < content.length) {
    const point = content.codePointAt(end)!;
    const size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (bytes + size > limit) return behindSpace ?? { end, bytes };
    bytes += size;
    end += point < 0x10000 ? 1 : 2;
    if (point === 0x20 || point === 0x09) behindSpace = { end, bytes };
  }
  return { end, bytes };
}
