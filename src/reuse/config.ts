import { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';
import { MOST_BITS } from '../primitives/band-index.ts';

const entries = (most: number) => z.int().min(1).max(most);

export const deduplicationSection = {
  path: 'deduplication',
  live: 'all',
  summary: 'Identical requests: at the same time they share one call, later ones get the answer that is there.',
  schema: z.strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe(
        'Whether they are told apart from others. A request is identical when everything that shapes the answer is: messages, model, parameters, tools, tenant. Temperature makes no difference.',
      ),
    window_s: z.number().min(0).default(300).describe('Seconds an answer is given again.'),
    max_entries: entries(1_000_000)
      .default(10_000)
      .describe('Answers that are kept; the least recently used go first.'),
  }),
  check: (config) => {
    const { enabled, window_s } = config['deduplication'] as { enabled: boolean; window_s: number };
    if (!enabled || window_s > 0) return [];
    return [{ path: 'deduplication.window_s', rule: 'must be > 0 while deduplication.enabled is true' }];
  },
} as const satisfies ConfigSection;

export const semanticDedupSection = {
  path: 'semantic_dedup',
  live: 'all',
  summary: 'Requests that ask the same in nearly the same words, or in the very same, get the answer that is there.',
  absent: { enabled: false },
  schema: z.strictObject({
    enabled: z.boolean().default(true).describe('Opening this section turns it on; without the section it is off.'),
    similarity_threshold: z
      .int()
      .min(0)
      .max(MOST_BITS)
      .default(3)
      .describe(
        'Bits of 64 in which fingerprints may differ: the more, the more filler words. Numbers, names, negations and every other word that means something must be equal at any threshold.',
      ),
    window_secs: z.number().gt(0).default(300).describe('Seconds a prompt is compared with.'),
    max_entries: entries(1_000_000)
      .default(10_000)
      .describe(
        'Prompts that are compared with; the oldest go first. As many answers are kept where neither deduplication nor the cache says.',
      ),
  }),
} as const satisfies ConfigSection;

export const cacheSection = {
  path: 'cache',
  live: 'all',
  summary: 'How long answers are kept. It is one store with that of `deduplication`; what is set here wins.',
  schema: z.strictObject({
    enabled: z.boolean().default(false).describe('Keep answers even where deduplication is off.'),
    max_entries: entries(1_000_000)
      .optional()
      .describe('Answers that are kept; without it, deduplication.max_entries, and 1024 where that is off.')
      .meta({ examples: [1024] }),
    default_ttl_s: z
      .number()
      .gt(0)
      .optional()
      .describe('Seconds an answer is kept; without it, deduplication.window_s, and 300 where that is off.')
      .meta({ examples: [300] }),
    max_prompt_len: z
      .int()
      .min(0)
      .default(16_384)
      .describe('Characters of the longest request whose answer is kept; longer ones only share calls.'),
  }),
} as const satisfies ConfigSection;
