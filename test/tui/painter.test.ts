import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Painter } from '../../tui/painter.ts';
import { type Line, padded, paddedLine, plain, type Role, span } from '../../tui/text.ts';
import { createPaint } from '../../tui/theme.ts';
import { Cells } from '../support/cells.ts';

/** All that may be sent beside text. */
const ALLOWED = /\u001b\[(?:\?2026[hl]|\?25[hl]|2J|H|K|2K|\d+;\d+H|(?:1|2|31|32|33|36)m|(?:22|39)m)/g;
const SIZE = { columns: 40, rows: 6 };

function easel(size = SIZE) {
  const cells = new Cells(size.columns, size.rows);
  let written: string[] = [];
  const painter = new Painter(
    {
      write(text) {
        written.push(text);
        expect(text.replace(ALLOWED, '')).toMatch(/^[^\p{Cc}]*$/u);
        cells.write(text);
      },
    },
    createPaint({}),
  );
  return {
    painter,
    cells,
    /** What was written since the last look. */
    written(): string {
      const text = written.join('');
      written = [];
      return text;
    },
  };
}

const row = (text: string, role: Role = 'plain'): Line => paddedLine([span(text, role)], SIZE.columns);

describe('what is drawn', () => {
  test('is the whole picture at first, then what has changed, and nothing when nothing has', () => {
    const { painter, cells, written } = easel();
    painter.draw([row('one'), row('in 152/s')], SIZE);
    expect(cells.rows.slice(0, 2)).toEqual(['one', 'in 152/s']);
    expect(written()).toContain('\u001b[2J');
    painter.draw([row('one'), row('in 157/s')], SIZE);
    expect(cells.rows.slice(0, 2)).toEqual(['one', 'in 157/s']);
    const changed = written();
    expect(changed).toContain('\u001b[2;6H7/s');
    expect(changed).not.toContain('one');
    painter.draw([row('one'), row('in 157/s')], SIZE);
    expect(written()).toBe('');
  });

  test('a colour alone is a change', () => {
    const { painter, written } = easel();
    painter.draw([row('shed 0')], SIZE);
    written();
    painter.draw([row('shed 0', 'bad')], SIZE);
    expect(written()).toContain('\u001b[31mshed 0');
  });

  test('a row with characters that terminals measure differently is drawn whole', () => {
    const { painter, written } = easel();
    painter.draw([row('モデル 1')], SIZE);
    written();
    painter.draw([row('モデル 2')], SIZE);
    expect(written()).toContain('\u001b[1;1H\u001b[2Kモデル 2');
  });

  test('rows that are gone are emptied; another size is another picture; a repaint is whole', () => {
    const { painter, cells, written } = easel();
    painter.draw([row('one'), row('two')], SIZE);
    painter.draw([row('one')], SIZE);
    expect(cells.rows.join('')).toBe('one');
    written();
    painter.draw([row('one')], { ...SIZE, rows: 5 });
    expect(written()).toContain('one');
    painter.repaint();
    expect(written()).toContain('one');
    painter.clear();
    expect(cells.rows.join('')).toBe('');
    expect(written()).toMatch(/\u001b\[\?25h$/);
  });

  test('nothing is written to a terminal that is lent to others; afterwards a repaint shows the latest', () => {
    const written: string[] = [];
    const canvas = { isShut: true, write: (text: string) => written.push(text) };
    const painter = new Painter(canvas, createPaint({}));
    painter.draw([row('one')], SIZE);
    painter.draw([row('two')], SIZE);
    expect(written).toEqual([]);
    canvas.isShut = false;
    painter.repaint();
    expect(written).toEqual([expect.stringContaining('two')]);
  });
});

const ROLES = ['plain', 'faint', 'strong', 'good', 'bad'] as const;
const texts = fc.oneof(
  fc.constantFrom('', ' ', 'in 152/s', '│', '▁▃▅', '● closed', 'モデル', '👩‍👩‍👧‍👦', 'e\u0301', '….'),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
);
const spans = fc.tuple(texts, fc.constantFrom(...ROLES)).map(([text, role]) => span(text, role));
const lines = fc.array(spans, { maxLength: 8 }).map((line) => paddedLine(line, SIZE.columns));
const frames = fc.array(lines, { maxLength: SIZE.rows });

test('whatever follows whatever: on the screen is the last picture, and no colour is left on', () => {
  fc.assert(
    fc.property(fc.array(frames, { minLength: 1, maxLength: 6 }), (pictures) => {
      const { painter, cells } = easel();
      for (const picture of pictures) painter.draw(picture, SIZE);
      const last = pictures.at(-1)!;
      const expected = Array.from({ length: SIZE.rows }, (_, at) => plain(last[at] ?? []).trimEnd());
      expect(cells.rows).toEqual(expected);
    }),
    { numRuns: 500 },
  );
});

test('a picture in which little moves costs little', () => {
  const { painter, written } = easel({ columns: 40, rows: 30 });
  const picture = (rate: number) =>
    Array.from({ length: 30 }, (_, at) => row(padded(`row ${at} ${at === 7 ? rate : 0}`, 30)));
  painter.draw(picture(1), SIZE);
  written();
  painter.draw(picture(2), SIZE);
  expect(written().length).toBeLessThan(60);
});
