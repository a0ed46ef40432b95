import { z } from 'zod';

/** How much a provider may be asked: keys of every kind. */
export const limitKeys = {
  max_rps: z
    .number()
    .positive()
    .max(1_000_000)
    .optional()
    .describe('Calls a second, at most; the others wait for their turn. Without it, there is no limit.')
    .meta({ examples: [10] }),
  max_concurrent: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe('Calls at the same time, at most; the others wait. Without it, as many as there are workers.')
    .meta({ examples: [8] }),
};
