import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { safeLine, safeText } from '../../src/core/safe-text.ts';
import { Painter } from '../../tui/painter.ts';
import { paddedLine, span } from '../../tui/text.ts';
import { createPaint } from '../../tui/theme.ts';
import { actionsOf } from '../support/vt-parser.ts';

/** How many texts are tried; the gate asks for more: `TEXTS=1000000 npx vitest run test/tui/terminal-escapes.test.ts`. */
const TEXTS = Number(process.env['TEXTS'] ?? 100_000);

/** Beginnings and ends of everything that terminals obey, and characters that are not one cell wide. */
const PIECES = [
  ...[
    '\u001b',
    '\u001b[',
    '\u001b]',
    '\u001bP',
    '\u001b_',
    '\u001b^',
    '\u001bX',
    '\u009b',
    '\u009d',
    '\u0090',
    '\u009c',
  ],
  ...[
    '\u001b]52;c;aGk=\u0007',
    '\u001b]8;;http://x\u001b\\',
    '\u001b]0;title\u0007',
    '\u001b[2J',
    '\u001b[?1049l',
    '\u001bc',
  ],
  ...['\u0007', '\r', '\n', '\t', '\b', '\u007f', '\u000e', '\u0018', '\u202e', '\u2066', '\u200b', '\u200d', '\ufeff'],
  ...['\ud83d', '\udc69', '👩‍👩‍👧', 'e\u0301', '長', '🇩🇪', '31m', ';', '?', 'H', ' ', 'ab'],
];

/** What the painter may send beside text: places, what is erased, colours. */
const ALLOWED = /^CSI (?:\?2026[hl]|\?25l|2J|H|K|2K|\d+;\d+H|(?:1|2|22|31|32|33|36|39)m)$/;

test(`of ${TEXTS} random texts none makes the terminal do anything but print, and colour what we colour`, {
  timeout: 900_000,
}, () => {
  const random = seededRandom(61);
  const below = (most: number): number => Math.floor(random() * most);
  const bytes = (): Buffer => Buffer.from(Array.from({ length: below(24) }, () => below(256)));
  const textOf = [
    // Bytes as every character of them, bytes as UTF-8, and pieces of what is dangerous.
    () => bytes().toString('latin1'),
    () => bytes().toString('utf8'),
    () => Array.from({ length: below(12) }, () => PIECES[below(PIECES.length)]!).join(''),
    () => Array.from({ length: below(8) }, () => String.fromCharCode(below(0x10000))).join(''),
  ];
  let sent = '';
  const canvas = {
    write(text: string): void {
      sent += text;
    },
  };
  const painter = new Painter(canvas, createPaint({}));
  const size = { columns: 40, rows: 2 };
  painter.draw([], size);
  for (let tried = 0; tried < TEXTS; tried++) {
    const text = textOf[tried % textOf.length]!();
    const safe = actionsOf(safeText(text)).filter((action) => action !== 'C0 0a' && action !== 'C0 09');
    if (safe.length > 0) expect.unreachable(`${JSON.stringify(text)} makes ${safe}`);
    const line = actionsOf(safeLine(text, 100));
    if (line.length > 0) expect.unreachable(`${JSON.stringify(text)} in a line makes ${line}`);
    sent = '';
    painter.draw([paddedLine([span(text, tried % 2 === 0 ? 'bad' : 'plain'), span(text, 'strong')], 40)], size);
    const drawn = actionsOf(sent).filter((action) => !ALLOWED.test(action));
    if (drawn.length > 0) expect.unreachable(`${JSON.stringify(text)} drawn makes ${drawn}`);
  }
});

test('what a terminal would do is found', () => {
  expect(actionsOf('a\u001b[31mb\u0007\u001b]0;x\u0007\u001bPq\u001b\\\u009b2J\u0085\u001bc')).toEqual([
    ...['CSI 31m', 'C0 07', 'OSC', 'DCS', 'ESC \\', 'CSI 2J', 'C1 85', 'ESC c'],
  ]);
  expect(actionsOf('\u001b]52;c;never ended')).toEqual(['OSC', 'unfinished string']);
  expect(actionsOf('plain 長')).toEqual([]);
});
