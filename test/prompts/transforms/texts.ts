import fc from 'fast-check';
import type { TransformSpec } from '../../../src/prompts/transforms/index.ts';

/** Pieces that text is easily cut wrongly at: emoji of several code points, accents, flags, halves of pairs. */
const AWKWARD = [
  '👨‍👩‍👧‍👦',
  'e\u0301',
  '🇩🇪🇫🇷',
  '👍🏽',
  '\r\n',
  ' \u0308',
  '\u200d',
  'क्षि',
  '한국',
  '\ud83d',
  '\ude00',
  '  ',
  'word',
];

/** Texts of any kind, with many of what is easily cut wrongly. */
export const anyText = fc
  .array(
    fc.oneof(fc.constantFrom(...AWKWARD), fc.string({ unit: 'binary', maxLength: 5 }), fc.lorem({ maxCount: 3 })),
    {
      maxLength: 12,
    },
  )
  .map((parts) => parts.join(''));

export const anyCuts = fc.array(fc.nat(60), { maxLength: 12 });

const anySpec: fc.Arbitrary<TransformSpec> = fc.oneof(
  fc.constantFrom('trim', 'language_tag', 'prepend: \u0301', 'append:\ude00 ', 'prepend:', 'append: 👍'),
  fc.integer({ min: 1, max: 40 }).map((n) => `truncate:${n}`),
  fc.integer({ min: 1, max: 20 }).map((n) => `length_cap:${n}`),
  fc.constantFrom<TransformSpec>(
    { kind: 'regex_replace', pattern: '\\s+', replacement: ' ' },
    { kind: 'regex_replace', pattern: '(\\w)\\w*$', replacement: '$1' },
  ),
);

/** Any transforms in any order. */
export const anySpecs = fc.array(anySpec, { maxLength: 5 });

/** The text in pieces, cut after these code units. */
export function cutAt(text: string, cuts: readonly number[]): string[] {
  const at = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((one, other) => one - other), text.length];
  return at.slice(1).map((end, i) => text.slice(at[i], end));
}
