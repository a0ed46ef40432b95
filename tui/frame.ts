import { MARGIN, type Row } from './layout.ts';
import { type Line, lineWidth, paddedLine, span } from './text.ts';

/** Rows of panels with shared borders; `foot` stands in the last one. The result has `width` cells in every line. */
export function frame(rows: readonly Row[], width: number, foot: Line): readonly Line[] {
  const lines: Line[] = [];
  let above: ReadonlySet<number> = new Set();
  for (const [at, row] of rows.entries()) {
    lines.push(topBorder(row, above, at === 0));
    lines.push(...body(row));
    above = dividers(row);
  }
  lines.push(bottomBorder(width, above, foot));
  return lines;
}

const BORDER = span('│', 'faint');

/** Where the borders between the panels of a row are. */
function dividers({ cells }: Row): ReadonlySet<number> {
  const at: number[] = [];
  let x = 0;
  for (const { width } of cells.slice(0, -1)) {
    x += width + 1;
    at.push(x);
  }
  return new Set(at);
}

function topBorder(row: Row, above: ReadonlySet<number>, first: boolean): Line {
  const parts: Line[number][] = [];
  let x = 0;
  for (const { shown, width: cells } of row.cells) {
    parts.push(span(x === 0 ? (first ? '┌' : '├') : above.has(x) ? '┼' : '┬', 'faint'));
    const title = fitted([span(' '), ...shown.title(cells - 2), span(' ')], cells);
    const end = x + 1 + cells;
    parts.push(...title, span(rule(x + 1 + lineWidth(title), end, above), 'faint'));
    x = end;
  }
  parts.push(span(first ? '┐' : '┤', 'faint'));
  return parts;
}

/** A horizontal line from `from` to before `to`, joined to the borders that end above it. */
function rule(from: number, to: number, above: ReadonlySet<number>): string {
  return Array.from({ length: Math.max(to - from, 0) }, (_, at) => (above.has(from + at) ? '┴' : '─')).join('');
}

function bottomBorder(width: number, above: ReadonlySet<number>, foot: Line): Line {
  const text = fitted(foot.length === 0 ? [] : [span(' '), ...foot, span(' ')], width - 2);
  const from = 1 + lineWidth(text);
  return [span('└', 'faint'), ...text, span(`${rule(from, width - 1, above)}┘`, 'faint')];
}

function body({ cells, height }: Row): readonly Line[] {
  const margin = span(' '.repeat(MARGIN));
  const columns = cells.map(({ shown, width }) => {
    const inner = width - 2 * MARGIN;
    const lines = shown.lines(inner, height);
    return Array.from({ length: height }, (_, at) => paddedLine(lines[at] ?? [], inner));
  });
  return Array.from({ length: height }, (_, at) => [
    BORDER,
    ...columns.flatMap((lines) => [margin, ...lines[at]!, margin, BORDER]),
  ]);
}

/** As it is, or cut to the width. */
function fitted(line: Line, width: number): Line {
  return lineWidth(line) <= width ? line : paddedLine(line, width);
}
