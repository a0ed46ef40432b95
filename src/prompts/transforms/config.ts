import { z } from 'zod';
import { messageOf } from '../../core/errors.ts';
import { TRANSFORMS, type TransformKind, tableOf } from './index.ts';
import { linearRegex } from './linear-regex.ts';

// Loads zod, so only sections import it.

const text = (name: string) => z.string({ error: `${name} must be text` });
const count = (name: string) => {
  const error = `${name} must be an integer between 1 and 1000000`;
  return z.int({ error }).min(1, { error }).max(1_000_000, { error });
};

const regex = z.string({ error: 'pattern must be text' }).superRefine((pattern, context) => {
  try {
    linearRegex(pattern);
  } catch (thrown) {
    context.addIssue({ code: 'custom', message: messageOf(thrown) });
  }
});

const table = <Kind extends TransformKind, Shape extends z.ZodRawShape>(kind: Kind, shape: Shape) =>
  z.strictObject({ kind: z.literal(kind), ...shape });

const transformTable = z.discriminatedUnion('kind', [
  table('trim', {}),
  table('truncate', { max_chars: count('max_chars') }),
  table('prepend', { text: text('text') }),
  table('append', { text: text('text') }),
  table('regex_replace', { pattern: regex, replacement: text('replacement') }),
  table('language_tag', {}),
  table('length_cap', { max_tokens: count('max_tokens') }),
]);

const FORMS = Object.entries(TRANSFORMS).map(([kind, { example }]) =>
  example === null ? `a table with kind = "${kind}"` : `"${example}"`,
);

/** The short form of a transform: checked as the table that it stands for. */
const shortForm = z.string().superRefine((written, context) => {
  const long = tableOf(written);
  const faults = long === null ? null : transformTable.safeParse(long).error?.issues;
  if (faults === undefined) return;
  const message = faults?.[0]?.message ?? `must be one of ${FORMS.join(', ')}`;
  context.addIssue({ code: 'custom', message });
});

/** An ordered list of transforms; `what` is the text they work on. */
export const transformList = (what: string) =>
  z
    .array(z.union([shortForm, transformTable]))
    .default([])
    .describe(`Transforms of ${what}, in order: ${FORMS.join(', ')}; see docs/transforms.md.`);
