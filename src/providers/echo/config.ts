import { z } from 'zod';
import { visibleText } from '../../core/config-values.ts';
import { limitKeys } from '../limit-keys.ts';

/** `[providers.NAME]` with `kind = "echo"`: answers with the prompt itself, for tests, demos and dry runs. */
export const echoConfig = z.strictObject({
  kind: z.literal('echo').describe('Answers with the prompt itself.'),
  model: visibleText()
    .optional()
    .describe('Model name that answers carry.')
    .meta({ examples: ['echo'] }),
  delay_ms: z
    .int()
    .min(0)
    .default(0)
    .describe('Milliseconds before the first token; 0 answers without waiting at all.'),
  jitter_ms: z.int().min(0).default(0).describe('Up to so many milliseconds are added to the delay, at random.'),
  failure_rate: z.number().min(0).max(1).default(0).describe('Share of calls that fail.'),
  ...limitKeys,
});
