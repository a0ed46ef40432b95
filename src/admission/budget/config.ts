import { z } from 'zod';
import type { ConfigSection } from '../../core/config-section.ts';

const tokens = (what: string) => z.int().min(0).default(0).describe(`${what}; 0 is no limit.`);

export const tokenBudgetSection = {
  path: 'token_budget',
  summary: 'Tokens and money that may be used. Estimated before a request is sent, settled with what it really took.',
  schema: z.strictObject({
    max_tokens_per_request: tokens('Estimated tokens of one request, with its `max_tokens`'),
    max_tokens_per_period: tokens('Tokens within any `period_s`'),
    period_s: z.number().positive().max(31_536_000).default(3600).describe('Seconds over which the period counts.'),
    max_tokens_per_session: tokens('Tokens of one session'),
    max_spend_usd: z
      .number()
      .min(0)
      .max(1_000_000)
      .default(0)
      .describe('US dollars that may be spent; 0 is no limit. `--max-spend` is the same for one run alone.'),
    spend_scope: z
      .enum(['directory', 'day', 'process'])
      .default('directory')
      .describe(
        'Whose spend `max_spend_usd` limits: `directory`, that of all processes that run over the same data directory at a time; `day`, all of it in a day (UTC); `process`, that of each process.',
      ),
    answer_tokens: z
      .int()
      .min(0)
      .max(10_000_000)
      .default(1024)
      .describe('Tokens of an answer that `max_spend_usd` reckons with while none has come and nothing limits them.'),
  }),
} as const satisfies ConfigSection;
