import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeLine, safeText } from '../../src/core/safe-text.ts';

const ESC = '\u001b';

test.each([
  ['a colour', `${ESC}[31mred${ESC}[0m`, '[31mred[0m'],
  ['a title', `${ESC}]0;owned\u0007x`, ']0;ownedx'],
  ['the clipboard', `${ESC}]52;c;ZWNobw==${ESC}\\`, ']52;c;ZWNobw==\\'],
  ['a link', `${ESC}]8;;http://evil\u0007here${ESC}]8;;\u0007`, ']8;;http://evilhere]8;;'],
  ['device control', `${ESC}Pq${ESC}\\`, 'Pq\\'],
  ['C1 introducers', '\u009b31m\u009d0;x\u009c\u0090q', '31m0;xq'],
  ['C0 controls', 'a\u0000b\u0007c\bd\u000be\u000cf\u000eg\u007fh', 'abcdefgh'],
  ['bidirectional overrides', 'a\u202egnp\u202c\u2066x\u2069\u200f\u061c', 'agnpx'],
  ['zero width', 'pass\u200bword\u2060\ufeff\u00ad\u180e', 'password'],
  ['fillers of Hangul', 'a\u3164\uffa0\u115f\u1160b', 'ab'],
  ['line and paragraph separators', 'a\u2028b\u2029c', 'abc'],
  ['tags', `a${String.fromCodePoint(0xe0041, 0xe007f)}b`, 'ab'],
  ['lone surrogates', 'a\ud800b\udc00c', 'abc'],
  ['joiners between letters', 'ab\u200dcd', 'abcd'],
])('takes out %s', (_what, text, safe) => expect(safeText(text)).toBe(safe));

test.each([
  ['plain text', 'Hello, world: 100 % [ok]'],
  ['tabs and lines', 'a\tb\nc\n'],
  ['other scripts', 'Zażółć gęślą jaźń — 你好 — שלום — नमस्ते — ｆｕｌｌ'],
  ['combining marks', 'e\u0301'],
  ['a family', '👨‍👩‍👧‍👦'],
  ['a profession with a skin tone', '👩🏽‍🚀'],
  ['a pirate flag', '🏴‍☠️'],
  ['a heart on fire', '❤️‍🔥'],
  ['national flags and keycaps', '🇵🇱 1️⃣'],
])('leaves %s alone', (_what, text) => expect(safeText(text)).toBe(text));

test('every way to end a line becomes a line feed', () => {
  expect(safeText('a\r\nb\rc\nd\r\r\ne')).toBe('a\nb\nc\nd\n\ne');
});

/** Text that likes trouble: ordinary characters among everything that must go, and emoji. */
const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...`${ESC}[];mPq\\\u0007\r\n\t \u009b\u009d\u200d\u200b\ufe0f\u202e\u2066\ufeff\u0000\u007f`),
    fc.constantFrom('👩', '🚀', '❤', '🏽', '\ud83d', '\udc69', 'a', 'é'),
    fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 40,
});

describe('whatever the text', () => {
  test('nothing is left that steers a terminal or hides text', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const safe = safeText(text);
        expect(safe.replace(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u);
        expect(safe).not.toMatch(/[\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\u061c]|\p{Surrogate}/u);
        expect(safe.isWellFormed()).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  test('a joiner is left only between pictographs', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        for (const [, before, after] of safeText(text).matchAll(/(.?)\u200d(.?)/gsu)) {
          expect(before).toMatch(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f/u);
          expect(after).toMatch(/\p{Extended_Pictographic}/u);
        }
      }),
      { numRuns: 5000 },
    );
  });

  test('once is enough', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(safeText(safeText(text))).toBe(safeText(text));
      }),
    );
  });

  test('a line has no line feed and at most its width', () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 1, max: 30 }), (text, width) => {
        const line = safeLine(text, width);
        expect(line).not.toMatch(/[\n\t]/);
        expect([...line].length).toBeLessThanOrEqual(width);
      }),
    );
    expect(safeLine('one\n two\tthree', 10)).toBe('one two t…');
  });
});
