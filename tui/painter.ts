import type { Size } from './screen.ts';
import { type Line, NARROW, plain, type Span, span } from './text.ts';
import type { Paint } from './theme.ts';

/** The terminal draws what is between the two at once (synchronised output); one that does not know them ignores them. */
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR = '\u001b[2J\u001b[H';
const CLEAR_ROW = '\u001b[2K';
const CLEAR_REST = '\u001b[K';
const at = (row: number, column: number): string => `\u001b[${row + 1};${column + 1}H`;

/** Where a dashboard is drawn. */
export interface Display {
  /** Shows these rows, from the top left corner on, and nothing else. */
  draw(lines: readonly Line[], size: Size): void;
}

/** What the painter needs of a terminal. */
export interface Canvas {
  /** Nobody draws on it now. */
  readonly isShut?: boolean;
  write(text: string): unknown;
}

/**
 * Puts rows on the alternate screen: of a picture like the one before only what has changed, in one write. Ink lays out
 * and compares whatever it is given cell by cell, which costs a screen of ten thousand cells three times as much.
 */
export class Painter implements Display {
  private readonly canvas: Canvas;
  private readonly paint: Paint;
  private shown: readonly Line[] | null = null;
  private size: Size = { columns: 0, rows: 0 };

  constructor(canvas: Canvas, paint: Paint) {
    this.canvas = canvas;
    this.paint = paint;
  }

  draw(lines: readonly Line[], size: Size): void {
    const before = this.isFor(size) ? this.shown : null;
    const rows = lines.map((line, row) => this.changed(before?.[row], line, row));
    const gone = (before ?? []).slice(lines.length).map((_, past) => at(lines.length + past, 0) + CLEAR_ROW);
    const text = [...rows, ...gone].join('');
    this.shown = lines;
    this.size = size;
    if (text !== '' || before === null)
      this.write(`${BEGIN}${before === null ? HIDE_CURSOR + CLEAR : ''}${text}${END}`);
  }

  /** Whether the latest picture was made for this size. */
  isFor({ columns, rows }: Size): boolean {
    return this.size.columns === columns && this.size.rows === rows;
  }

  /** Draws the latest picture whole: what is on the screen may not be ours any more. */
  repaint(): void {
    const { shown, size } = this;
    this.shown = null;
    if (shown !== null) this.draw(shown, size);
  }

  /** Leaves an empty screen and a visible cursor. */
  clear(): void {
    this.shown = null;
    this.write(CLEAR + SHOW_CURSOR);
  }

  private write(text: string): void {
    if (this.canvas.isShut !== true) this.canvas.write(text);
  }

  /** What turns one row into the other. */
  private changed(before: Line | undefined, after: Line, row: number): string {
    if (before === undefined) return at(row, 0) + this.paint(after);
    const from = commonSpans(before, after);
    if (from === before.length && from === after.length) return '';
    // Terminals disagree about the width of some characters: only what is surely one cell each is drawn in part.
    const [old, text] = [plain(before), plain(after)];
    if (!NARROW.test(old) || !NARROW.test(text)) return at(row, 0) + CLEAR_ROW + this.paint(after);
    const column = after.slice(0, from).reduce((sum, one) => sum + one.text.length, 0);
    if (old.length !== text.length) {
      return at(row, column) + this.paint(after.slice(from)) + (text.length < old.length ? CLEAR_REST : '');
    }
    const to = after.length - commonTail(before.slice(from), after.slice(from));
    const [first, ...rest] = after.slice(from, to);
    if (first === undefined) return '';
    const kept = before[from]?.role === first.role ? commonStart(before[from]!.text, first.text) : 0;
    return at(row, column + kept) + this.paint([span(first.text.slice(kept), first.role), ...rest]);
  }
}

const isSame = (one: Span | undefined, other: Span | undefined): boolean =>
  one !== undefined && other !== undefined && one.text === other.text && one.role === other.role;

/** Spans at the beginning of both. */
function commonSpans(before: Line, after: Line): number {
  let same = 0;
  while (isSame(before[same], after[same])) same++;
  return same;
}

/** Spans at the end of both. */
function commonTail(before: Line, after: Line): number {
  let same = 0;
  while (isSame(before.at(-1 - same), after.at(-1 - same))) same++;
  return same;
}

function commonStart(before: string, after: string): number {
  let same = 0;
  while (same < before.length && same < after.length && before[same] === after[same]) same++;
  return same;
}
