import { z } from 'zod';

const per1k = (what: string, example: number) =>
  z
    .number()
    .min(0)
    .max(1000)
    .optional()
    .describe(`US dollars for a thousand ${what} tokens; without it, the published price, and 0 for local kinds.`)
    .meta({ examples: [example] });

/** How much a provider may be asked, what it costs, and which place it has among others: keys of every kind. */
export const limitKeys = {
  weight: z
    .number()
    .positive()
    .max(1_000_000)
    .optional()
    .describe('Share of the requests in proportion to the others, 1 without it; for `weighted` and `least_loaded`.')
    .meta({ examples: [2] }),
  priority: z
    .int()
    .optional()
    .describe('The smaller the sooner, 0 without it; for `cascade`, and among equal costs for `arbitrage`.')
    .meta({ examples: [1] }),
  input_per_1k: per1k('input', 0.003),
  output_per_1k: per1k('output', 0.015),
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
