import { safeText } from '../../src/core/safe-text.ts';
import { type Line, type Role, span, widthOf } from '../text.ts';

/** Of a text that somebody looks at closely so much is laid out: prompts may be megabytes. */
const MOST_CHARACTERS = 20_000;

const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A text of any length in lines of at most `width` cells, broken between words where there are any. */
export function folded(text: string, width: number, role: Role = 'plain'): readonly Line[] {
  const kept = text.slice(0, MOST_CHARACTERS);
  const lines = safeText(kept)
    .split('\n')
    .flatMap((line) => foldedLine(line.replaceAll('\t', '  '), width))
    .map((line): Line => [span(line, role)]);
  if (kept.length === text.length) return lines;
  return [...lines, [span(`… ${text.length - kept.length} characters more`, 'faint')]];
}

function foldedLine(line: string, width: number): readonly string[] {
  if (widthOf(line) <= width) return [line];
  const lines: string[] = [];
  let current = '';
  let room = width;
  const end = (): void => {
    lines.push(current);
    current = '';
    room = width;
  };
  const add = (piece: string, cells: number): void => {
    current += piece;
    room -= cells;
  };
  for (const word of line.match(/\s+|\S+/g) ?? []) {
    const cells = widthOf(word);
    if (cells <= room) {
      add(word, cells);
      continue;
    }
    // The space at which a line is broken is not carried to the next one.
    if (word.trim() === '') {
      end();
      continue;
    }
    if (current !== '' && cells <= width) end();
    if (cells <= room) {
      add(word, cells);
      continue;
    }
    for (const { segment } of GRAPHEMES.segment(word)) {
      const one = widthOf(segment);
      if (one > room) end();
      if (one <= room) add(segment, one);
    }
  }
  if (current !== '') end();
  return lines;
}

/** Names and what they stand for, a pair a line; a value that is too long goes on below itself. */
export function facts(
  pairs: readonly (readonly [name: string, value: string, role?: Role])[],
  width: number,
): readonly Line[] {
  const names = Math.max(...pairs.map(([name]) => widthOf(name))) + 2;
  return pairs.flatMap(([name, value, role]) =>
    folded(value, Math.max(width - names, 1), role).map((line, at) => [
      span((at === 0 ? name : '').padEnd(names), 'faint'),
      ...line,
    ]),
  );
}

/** Lines from `scrolled` on, as many as there is room for; the last one tells how many are missing. */
export function scrolledTo(lines: readonly Line[], scrolled: number, height: number): readonly Line[] {
  const from = Math.max(Math.min(scrolled, lines.length - height), 0);
  const shown = lines.slice(from, from + height);
  const below = lines.length - from - shown.length;
  return below === 0 ? shown : [...shown.slice(0, -1), [span(`… ${below + 1} lines more (j)`, 'faint')]];
}

/** Whether one of the texts has each word of a filter in it, whatever the case. */
export function matches(filter: string, texts: readonly (string | null)[]): boolean {
  if (filter === '') return true;
  const said = texts.join('\n').toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}
