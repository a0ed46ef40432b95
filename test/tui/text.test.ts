import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cut, lineWidth, padded, paddedLine, plain, span, widthOf, wrapped } from '../../tui/text.ts';
import { createPaint } from '../../tui/theme.ts';

/** Pieces that terminals act on, and ones that take other than one cell. */
const nasty = fc.oneof(
  fc.constantFrom('\u001b[2J', '\u009b31m', '\u001b]52;c;aGk=\u0007', '\r', '\n', '\t', '\u202e', '\u200b', '\ud800'),
  fc.constantFrom('長', '👩‍👩‍👧‍👦', 'e\u0301', '한', '🇩🇪', '▁█', 'ab', ' '),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const text = fc.array(nasty, { maxLength: 30 }).map((parts) => parts.join(''));
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/u;

describe('whatever the text', () => {
  test('a span holds nothing that steers a terminal', () => {
    fc.assert(
      fc.property(text, (given) => {
        expect(span(given).text).not.toMatch(UNSAFE);
      }),
      { numRuns: 2000 },
    );
  });

  test('a padded line has exactly its width, and is painted with colours alone', () => {
    const paint = createPaint({});
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), fc.integer({ min: 0, max: 60 }), (parts, width) => {
        const line = paddedLine(
          parts.map((part, at) => span(part, at % 2 === 0 ? 'bad' : 'plain')),
          width,
        );
        expect(lineWidth(line)).toBe(width);
        expect(paint(line).replace(/\u001b\[(?:31|39)m/g, '')).toBe(plain(line));
      }),
      { numRuns: 2000 },
    );
  });

  test('what is cut is never wider than it may be', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 30 }), (given, width) => {
        const safe = span(given).text;
        expect(widthOf(cut(safe, width))).toBeLessThanOrEqual(width);
        expect(widthOf(padded(safe, width))).toBe(width);
      }),
      { numRuns: 2000 },
    );
  });
});

test.each([
  ['short', 8, 'short'],
  ['exactly8', 8, 'exactly8'],
  ['one too long', 8, 'one too…'],
  ['長長長', 5, '長長…'],
  ['長長長', 4, '長…'],
  ['ab👩‍👩‍👧‍👦cd', 4, 'ab…'],
])('%s in %i cells: %s', (given, width, expected) => expect(cut(given, width)).toBe(expected));

test('a line that is too long says that something is missing, at the end of a span, too', () => {
  const line = [span('1234'), span('5678')];
  expect(plain(paddedLine(line, 8))).toBe('12345678');
  expect(plain(paddedLine(line, 7))).toBe('123456…');
  expect(plain(paddedLine(line, 4))).toBe('123…');
  expect(plain(paddedLine(line, 10))).toBe('12345678  ');
});

test('parts stay whole when they are wrapped', () => {
  const parts = ['one', 'two', 'three', 'a very long one'].map((part) => span(part));
  expect(wrapped(parts, 10, ' · ').map(plain)).toEqual(['one · two', 'three', 'a very long one']);
});

describe('colours', () => {
  const line = [span('a'), span('b', 'good'), span('c', 'faint')];
  test('are of the sixteen that the terminal has', () => {
    expect(createPaint({ TERM: 'xterm' })(line)).toBe('a\u001b[32mb\u001b[39m\u001b[2mc\u001b[22m');
  });
  test.each([{ NO_COLOR: '1' }, { TERM: 'dumb' }])('are left out with %o', (environment) => {
    expect(createPaint(environment)(line)).toBe('abc');
  });
});
