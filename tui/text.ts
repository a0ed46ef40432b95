import stringWidth from 'string-width';
import { type SafeText, safeText } from '../src/core/safe-text.ts';

/** What a piece of text is, not how it looks: the theme decides that. */
export type Role = 'plain' | 'faint' | 'strong' | 'good' | 'warning' | 'bad' | 'accent';

/** A piece of text that cannot steer the terminal. Made by `span` only. */
export interface Span {
  readonly text: SafeText;
  readonly role: Role;
}

/** One row of the screen. */
export type Line = readonly Span[];

/** Letters, and the signs that views draw with: one cell each, so that they need not be measured. */
export const NARROW = /^[\u0020-\u007e\u00b7\u2013\u2016\u2026\u2500-\u259f\u25b6\u25cb\u25cf\u25d0]*$/;

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The one door for text to the screen: whatever could steer a terminal is dropped here, and so are line breaks. */
export function span(text: string, role: Role = 'plain'): Span {
  const safe = NARROW.test(text) ? text : safeText(text).replace(/[\n\t]/g, ' ');
  return { text: safe as SafeText, role };
}

/** Cells of the terminal that a text takes: two for wide characters and emoji, none for what combines. */
export function widthOf(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text);
}

export function lineWidth(line: Line): number {
  return line.reduce((width, { text }) => width + widthOf(text), 0);
}

/** As much of a text as fits; what is left out is told by `…`. A grapheme is never cut in two. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  if (width <= 0) return '';
  let kept = '';
  let used = 0;
  for (const { segment } of GRAPHEMES.segment(text)) {
    used += widthOf(segment);
    if (used > width - 1) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** A text of exactly this width. */
export function padded(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const kept = cut(text, width);
  const room = ' '.repeat(Math.max(width - widthOf(kept), 0));
  return align === 'left' ? kept + room : room + kept;
}

/** A line of exactly this width; what is left out is told by `…`. */
export function paddedLine(line: Line, width: number): Line {
  const full = lineWidth(line);
  if (full <= width) return full === width ? line : [...line, span(' '.repeat(width - full))];
  const fitted: Span[] = [];
  // One cell is for the sign that something is missing.
  let room = Math.max(width - 1, 0);
  for (const { text, role } of line) {
    const cells = widthOf(text);
    if (cells > room) {
      fitted.push(span(padded(cut(`${text} `, room + 1), Math.min(room + 1, width)), role));
      return fitted;
    }
    fitted.push({ text, role });
    room -= cells;
  }
  return fitted;
}

/** Parts one after the other, as many in a line as fit; a part that doesn't fit in any is cut when it is drawn. */
export function wrapped(parts: readonly Span[], width: number, separator: string): readonly Line[] {
  const lines: Span[][] = [];
  let room = 0;
  for (const part of parts) {
    const cells = separator.length + widthOf(part.text);
    const last = lines.at(-1);
    if (last !== undefined && cells <= room) last.push(span(separator, 'faint'), part);
    else {
      lines.push([part]);
      room = width + separator.length;
    }
    room -= cells;
  }
  return lines;
}

/** The words alone. */
export function plain(line: Line): string {
  return line.map(({ text }) => text).join('');
}
