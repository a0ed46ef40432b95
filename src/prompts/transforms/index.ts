import { append } from './append.ts';
import { languageTag } from './language-tag.ts';
import { lengthCap } from './length-cap.ts';
import { prepend } from './prepend.ts';
import { regexReplace } from './regex-replace.ts';
import type { TransformDefinition } from './transform.ts';
import { trim } from './trim.ts';
import { truncate } from './truncate.ts';

/** Every transform there is, under the name it has in a configuration. */
export const TRANSFORMS = {
  trim,
  truncate,
  prepend,
  append,
  regex_replace: regexReplace,
  language_tag: languageTag,
  length_cap: lengthCap,
} as const satisfies Record<string, TransformDefinition<never>>;

export type TransformKind = keyof typeof TRANSFORMS;

type SettingsOf<Kind extends TransformKind> = Parameters<(typeof TRANSFORMS)[Kind]['create']>[0];

/** A transform as a table: `{ kind: 'truncate', max_chars: 200 }`. */
export type TransformTable = { [Kind in TransformKind]: { readonly kind: Kind } & SettingsOf<Kind> }[TransformKind];

/** A transform as it is configured: a table, or its short form `truncate:200`. */
export type TransformSpec = string | TransformTable;

/** The table that a short form stands for, not checked; null when there is no such form. */
export function tableOf(short: string): { readonly kind: TransformKind; readonly [setting: string]: unknown } | null {
  const [, kind = '', , given] = /^(\w+)(:(.*))?$/s.exec(short) ?? [];
  if (!Object.hasOwn(TRANSFORMS, kind)) return null;
  const { example, argument }: TransformDefinition<never> = TRANSFORMS[kind as TransformKind];
  if (example === null || (argument === undefined) !== (given === undefined)) return null;
  if (argument === undefined) return { kind: kind as TransformKind };
  // An argument that is a number in the example is one.
  const value = /:\d+$/.test(example) && /^\d+$/.test(given!) ? Number(given) : given;
  return { kind: kind as TransformKind, [argument]: value };
}
