import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { flowThrough } from '../../../src/core/text-flow.ts';
import { estimateTokens } from '../../../src/core/tokens.ts';
import { chainOf, createTransform } from '../../../src/prompts/transforms/chain.ts';
import { codePoints } from '../../../src/prompts/transforms/graphemes.ts';
import { TRANSFORMS, type TransformSpec } from '../../../src/prompts/transforms/index.ts';
import { anyCuts, anySpecs, anyText, cutAt } from './texts.ts';

const through = (text: string, ...specs: readonly TransformSpec[]): string =>
  flowThrough(chainOf(specs.map(createTransform))(), text);

/** What comes out piece by piece; the last one is the rest. */
function pieces(given: readonly string[], ...specs: readonly TransformSpec[]): string[] {
  const flow = chainOf(specs.map(createTransform))();
  return [...given.map((piece) => flow.feed(piece)), flow.flush()];
}

const FAMILY = '👨‍👩‍👧‍👦';

describe('each transform', () => {
  const replace = (pattern: string, replacement: string): TransformSpec => ({
    kind: 'regex_replace',
    pattern,
    replacement,
  });
  test.each<[TransformSpec, string, string]>([
    ['trim', ' \n a b\t ', 'a b'],
    ['trim', '  ', ''],
    ['truncate:8', 'hello world', 'hello'],
    ['truncate:5', 'hello world', 'hello'],
    ['truncate:11', 'hello world', 'hello world'],
    ['truncate:4', 'hello world', 'hell'],
    ['truncate:7', 'one two three', 'one two'],
    ['truncate:9', 'one   two three', 'one   two'],
    ['truncate:5', '  a bcd', '  a'],
    ['truncate:3', '       a', ''],
    // Too long already as one character of seven code points: nothing of it is left.
    ['truncate:6', `${FAMILY}!`, ''],
    ['truncate:7', `${FAMILY}!`, FAMILY],
    ['truncate:3', 'ne\u0301e', 'ne\u0301'],
    ['truncate:2', 'ne\u0301e', 'n'],
    ['prepend:Q: ', 'why', 'Q: why'],
    ['prepend:Q: ', '', 'Q: '],
    ['append: (end)', 'why', 'why (end)'],
    ['append:a:b', '', 'a:b'],
    [replace('(\\w+)@\\w+', '<$1>'), 'ann@home, bob@work', '<ann>, <bob>'],
    [replace('(?i)secret', '***'), 'Secret SECRET', '*** ***'],
    [replace('^', '> '), 'a\nb', '> a\nb'],
    [replace('😀', ':)'), 'a😀😃', 'a:)😃'],
    ['language_tag', 'Où est la gare ?', '[lang:en] Où est la gare ?'],
    ['language_tag', 'Где вокзал? OK', '[lang:other] Где вокзал? OK'],
    ['language_tag', '42', '[lang:en] 42'],
    ['length_cap:2', '123456789', '12345678'],
    ['length_cap:2', '1234567é', '1234567'],
    ['length_cap:6', `ab${FAMILY}`, 'ab'],
  ])('%j: %j becomes %j', (spec, text, expected) => expect(through(text, spec)).toBe(expected));

  test('an expression that takes other engines for ever takes none here', () => {
    const text = `${'a'.repeat(50_000)}!`;
    expect(through(text, replace('^(a+)+$', 'x'))).toBe(text);
  });

  test('endless accents on one letter are looked at now and then, not each time', () => {
    const accents = Array.from({ length: 50_000 }, () => '\u0301');
    expect(pieces(['e', ...accents], 'length_cap:1000000').join('')).toBe(`e${accents.join('')}`);
  });
});

describe('while a text arrives', () => {
  test('trim keeps back what may be the end', () => {
    expect(pieces(['  ', ' a', ' ', 'b ', ' '], 'trim')).toEqual(['', 'a', '', ' b', '', '']);
  });
  test('truncate lets a word go once it is known to be kept', () => {
    expect(pieces(['one t', 'wo ', 'three', ' four'], 'truncate:9')).toEqual(['one', '', ' two', '', '']);
  });
  test('length_cap keeps back one character', () => {
    expect(pieces(['ab', '\u0301c', 'd'], 'length_cap:100')).toEqual(['a', 'b\u0301', 'c', 'd']);
  });
  test('prepend comes with the first piece, append at the end', () => {
    expect(pieces(['a', 'b'], 'prepend:<', 'append:>')).toEqual(['<a', 'b', '>']);
  });
  test.each(Object.keys(TRANSFORMS).filter((kind) => !TRANSFORMS[kind as keyof typeof TRANSFORMS].incremental))(
    '%s waits for the end',
    (kind) => {
      const spec = kind === 'regex_replace' ? ({ kind, pattern: 'b', replacement: 'x' } as const) : kind;
      expect(pieces(['a', 'b', 'c'], spec).slice(0, 3)).toEqual(['', '', '']);
    },
  );
});

describe('for any text', () => {
  test('what comes out does not depend on how the text was cut', () => {
    fc.assert(
      fc.property(anyText, anySpecs, anyCuts, (text, specs, cuts) => {
        expect(pieces(cutAt(text, cuts), ...specs).join('')).toBe(through(text, ...specs));
        expect(pieces(text.split(''), ...specs).join('')).toBe(through(text, ...specs));
      }),
      { numRuns: 500 },
    );
  });

  const limits = fc.integer({ min: 1, max: 30 });
  const clusters = (text: string): string[] =>
    Array.from(new Intl.Segmenter('en').segment(text), ({ segment }) => segment);

  test('truncate leaves whole characters from the start, within the limit, and all of a text that fits', () => {
    fc.assert(
      fc.property(anyText, limits, (text, limit) => {
        const cut = through(text, `truncate:${limit}`);
        expect(codePoints(cut)).toBeLessThanOrEqual(limit);
        expect(clusters(text).slice(0, clusters(cut).length).join('')).toBe(cut);
        if (codePoints(text) <= limit) expect(cut).toBe(text);
      }),
    );
  });

  test('length_cap leaves as many whole characters as fit', () => {
    fc.assert(
      fc.property(anyText, limits, (text, limit) => {
        const cut = through(text, `length_cap:${limit}`);
        const all = clusters(text);
        const kept = clusters(cut).length;
        expect(all.slice(0, kept).join('')).toBe(cut);
        expect(estimateTokens(cut)).toBeLessThanOrEqual(limit);
        if (kept < all.length) expect(estimateTokens(all.slice(0, kept + 1).join(''))).toBeGreaterThan(limit);
      }),
    );
  });

  test('trim is what JavaScript calls trim', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(through(text, 'trim')).toBe(text.trim());
      }),
    );
  });
});

const cases = readFileSync(new URL('../../conformance/text.jsonl', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line))
  .filter(({ area }) => area === 'text_stage');

test.each(cases)('conformance: $given', ({ given, then }) => {
  expect(through(given.input, given.stage)).toBe(then.output);
});
