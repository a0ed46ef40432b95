import { z } from 'zod';
import type { ConfigFault, ConfigSection } from '../../core/config-section.ts';

const score = (value: number, what: string) => z.number().min(0).max(1).default(value).describe(what);

export const guardSection = {
  path: 'guard',
  summary: 'Judges prompts before anything else sees them: injections, jailbreaks, fishing for secrets.',
  schema: z.strictObject({
    enabled: z.boolean().default(true).describe('Off: prompts are not looked at.'),
    mode: z
      .enum(['block', 'audit'])
      .optional()
      .describe(
        'block refuses what reaches `risk_threshold`, audit only marks it. By default the server blocks; `run` and `repl`, where you wrote the prompt yourself, audit.',
      )
      .meta({ examples: ['block'] }),
    risk_threshold: score(0.65, 'Score from which on a prompt is blocked.'),
    flag_threshold: score(0.3, 'Score from which on a prompt is flagged: it goes on, with the verdict in its outcome.'),
    max_prompt_bytes: z
      .int()
      .min(1)
      .max(1_000_000_000)
      .default(32_768)
      .describe('Longer prompts are judged like any other, and flagged for their length, bytes of UTF-8.'),
    block_oversized: z.boolean().default(false).describe('Block those longer prompts instead, unread.'),
    allow: z
      .array(z.string().regex(/\S/, 'must not be blank'))
      .default([])
      .describe('Phrases that count for nothing, wherever they stand; what is around them is judged all the same.'),
    model: z.boolean().default(true).describe('Off: rules alone judge, in a quarter of the time or less, and find less.'),
  }),
  check: ({ guard }): readonly ConfigFault[] => {
    const { risk_threshold: risk, flag_threshold: flag } = guard as { risk_threshold: number; flag_threshold: number };
    return flag <= risk ? [] : [{ path: 'guard.flag_threshold', rule: 'must be <= guard.risk_threshold' }];
  },
} as const satisfies ConfigSection;
