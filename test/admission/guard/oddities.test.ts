// biome-ignore-all lint/suspicious/noTemplateCurlyInString: such is the text of an attack.
import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeAll } from '../../../src/admission/guard/decode.ts';
import { isRespaced, LEET } from '../../../src/admission/guard/disguises.ts';
import { Folded, Folder } from '../../../src/admission/guard/fold.ts';
import { oddities } from '../../../src/admission/guard/oddities.ts';
import { Templates } from '../../../src/admission/guard/templates.ts';

const folder = new Folder();
const { symbols, table } = oddities(folder);

/** Whether the automaton ends for a text; a space stands behind each, as where it is used. */
function isOdd(text: string): boolean {
  let row = table.start;
  for (const byte of Buffer.from(`${text} `)) row = table.next[row + symbols[byte]!]!;
  return row === table.end;
}

function fold(text: string): Folded {
  const view = new Folded(0);
  folder.fold(text, 0, text.length, view);
  return view;
}

const OPENERS = ['{{', '${', '#{', '*{', '@{', '<#', '[[', '#se', '{ph', '<sc'];

describe('a text that has to be read in another way, too, and its like that has not', () => {
  test.each<readonly [string, string, string]>([
    ['five letters by themselves', 'say a b c d e', 'say a b c d ee'],
    ['however far apart', "(a)  b\n'c', ;d -- e!", "(a)  b\n'c', ;dd -- e!"],
    ['of which some are digits', '1 b 3 d 5 is', '1 b 3 d 55 is'],
    ['at the start of the text', 'i g n o r e', 'i g n o re'],
    ['sixteen characters in a row', 'abcdefghijklmnop', 'abcdefghijklmno p'],
    ['over apostrophes', "abcdefgh'ijklmnop", 'abcdefgh ijklmnop'],
    ['of base64', 'QUJD/0+9_z-QUJDW', 'QUJD/0+9_z-QUJD'],
    ['a digit inside a word', 'r3ad', '3ad r3'],
    ['several of them, and signs', 'p@$$w|!rd', 'p@$$ w|! $5'],
    ['after capital letters', 'IGN0RE', 'IGN 0RE'],
    ...['%41', '&lt;', '\\u0041'].map((text) => ['an escape', text, text.slice(1)] as const),
    ...OPENERS.map(
      (text) => ['how a template opens', `a ${text} b`, `a ${text.slice(0, -1)} ${text.at(-1)} b`] as const,
    ),
    ['how it opens after half an opener', '{#{', '{ # {'],
    ['a script after a sign', '<<script>', '<<s cript>'],
  ])('%s: %j, but not %j', (_, odd, even) => {
    expect([isOdd(odd), isOdd(even)]).toEqual([true, false]);
  });

  test.each(['', ' ', "it's 10x as much, isn't it?", 'A 3rd of 7th graders, 50+ of them: #1 of {x, y} <em>[1]</em>!'])(
    'nothing is odd in %j',
    (text) => {
      expect(isOdd(text)).toBe(false);
    },
  );

  test('it stays odd, whatever follows', () => {
    expect(isOdd('p@$$word. And that is all there is to say about it.')).toBe(true);
  });
});

const pieces = [
  ...[
    'a',
    'b',
    'the',
    'Q',
    '1',
    '7',
    '42',
    'x1',
    '1st',
    'ordinary',
    'extraordinarily',
    'QUJD',
    '8',
    '+',
    '/',
    '_',
    '-',
  ],
  ...[
    ' ',
    '  ',
    '\n',
    "'",
    '.',
    '@',
    '$',
    '!',
    '|',
    '%',
    '&',
    '\\',
    '#',
    '{',
    '[',
    '<',
    '*',
    's',
    'se',
    'sc',
    'p',
    'ph',
  ],
];
const texts = fc
  .tuple(
    fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 3 })), {
      maxLength: 16,
    }),
    fc.constantFrom('', '', ' '),
  )
  .map(([words, between]) => words.join(between));

test('no text is even of which the close reading would read more than its words', () => {
  const templates = new Templates();
  fc.assert(
    fc.property(texts, (text) => {
      templates.find(text);
      const more =
        isRespaced(fold(text)) || LEET.test(text) || decodeAll(text).length > 0 || templates.starts.length > 0;
      expect(isOdd(text) || !more, JSON.stringify(text)).toBe(true);
    }),
    { numRuns: 1000 },
  );
});

test('no text is odd without a reason', () => {
  const isSpacedOut = (text: string): boolean => /(?: [^ ]){5} /.test(fold(text).text());
  const isRun = (text: string): boolean => /[A-Za-z0-9+/_-]{16}/.test(text.replaceAll("'", ''));
  const opens = (text: string): boolean => /[%&\\]/.test(text) || OPENERS.some((opener) => text.includes(opener));
  fc.assert(
    fc.property(texts, (text) => {
      const reasons = isSpacedOut(text) || isRun(text) || opens(text) || LEET.test(text);
      expect(isOdd(text), JSON.stringify(text)).toBe(reasons);
    }),
    { numRuns: 1000 },
  );
});

test('its rows have numbers of 16 bits', () => {
  expect(table.next.length).toBeLessThan(0x10000);
  expect(Math.max(...table.next)).toBeLessThan(table.next.length);
});
