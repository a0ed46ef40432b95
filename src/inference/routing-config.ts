import { z } from 'zod';
import type { ConfigFault, ConfigSection } from '../core/config-section.ts';
import { PROMPT_CLASSES } from './pipelines/prompt-class.ts';
import { ROUTERS } from './routers/index.ts';

const policies = ROUTERS.map(({ name }) => name);
const share = (summary: string, value: number) => z.number().min(0).max(1).default(value).describe(summary);

export const routingSection = {
  path: 'routing',
  live: [
    ...['policy', 'sla_ms', 'epsilon', 'scorer', 'keywords', 'await_all', 'hedge_percentile', 'hedge_max_extra'],
    'wait_for_recovery',
  ],
  summary: 'Who answers when there are several `[providers.NAME]`; see docs/routing.md.',
  schema: z.strictObject({
    policy: z
      .enum(policies)
      .default('single')
      .describe(
        ROUTERS.map(({ name, summary }) => `\`${name}\`: ${summary}`)
          .join('. ')
          .concat('.'),
      ),
    sla_ms: z
      .number()
      .positive()
      .optional()
      .describe('What an answer may take, milliseconds, for `arbitrage`; for `bandit` what halves its reward (1000).')
      .meta({ examples: [2000] }),
    epsilon: share('Share of the requests with which `bandit` explores.', 0.1),
    scorer: z
      .enum(['longest', 'fastest', 'keyword_density'])
      .default('longest')
      .describe('Which answer of a `tournament` wins.'),
    keywords: z
      .array(z.string().regex(/\S/, 'must not be blank'))
      .default([])
      .describe('What `keyword_density` counts.'),
    await_all: z
      .boolean()
      .default(true)
      .describe('A `tournament` waits for every answer; off: the first one wins, whatever its score.'),
    hedge_percentile: z
      .number()
      .min(0.5)
      .max(0.999)
      .default(0.95)
      .describe(
        '`hedge` asks a second provider once the first has said nothing for longer than this share of its calls.',
      ),
    hedge_max_extra: share(
      'Second calls of `hedge`, at most, as a share of all; and what they cost, as a share of what all have cost.',
      0.05,
    ),
    aliases: z
      .record(z.string().min(1).max(256), z.string().min(1).max(256))
      .default({})
      .describe(
        'Model names that stand for others: for clients whose model cannot be changed. What they stand for is a model, a provider, or `provider/model`.',
      )
      .meta({ examples: [{ 'gpt-4o': 'good/claude-sonnet-4-6' }] }),
    wait_for_recovery: z
      .boolean()
      .optional()
      .describe(
        'When nobody can be asked: true, each request waits until the first recovers, within its deadline and `timeout_ms`; false, it fails. Without it, batches and replays wait together, ten minutes at the most, and everything else fails.',
      )
      .meta({ examples: [true] }),
  }),
  check(config) {
    const { policy, scorer, keywords } = config['routing'] as { policy: string; scorer: string; keywords: string[] };
    const faults: ConfigFault[] = [];
    if (policy !== 'single' && Object.keys(config['providers'] as object).length === 0) {
      faults.push({ path: 'routing.policy', rule: 'needs `[providers.NAME]` to choose from' });
    }
    if (scorer === 'keyword_density' && keywords.length === 0) {
      faults.push({ path: 'routing.keywords', rule: 'must not be empty when routing.scorer is "keyword_density"' });
    }
    return faults;
  },
} as const satisfies ConfigSection;

const promptClass = z.enum(PROMPT_CLASSES);

export const pipelinesSection = {
  path: 'pipelines',
  live: 'all',
  summary: 'Which providers answer which kind of prompt: `[pipelines.NAME]`; the first one takes what fits none.',
  schema: z.record(
    z.string().regex(/^[A-Za-z0-9][\w-]{0,63}$/, 'the name must be 1 to 64 letters, digits, _ or -'),
    z.strictObject({
      class: promptClass
        .describe('The kind of prompt that it is for; `metadata.pipeline_class` of a request overrides it.')
        .meta({ examples: ['faq'] }),
      also_serving: z
        .array(promptClass)
        .default([])
        .describe('Kinds that it takes when they have no pipeline of their own.'),
      providers: z
        .array(z.string())
        .default([])
        .describe('Names of `[providers.NAME]`, among which `routing.policy` chooses; empty: all.'),
    }),
  ),
  check(config) {
    const known = Object.keys(config['providers'] as object);
    const pipelines = config['pipelines'] as Record<string, { readonly providers: readonly string[] }>;
    return Object.entries(pipelines).flatMap(([name, { providers }]) =>
      providers
        .filter((provider) => !known.includes(provider))
        .map((provider) => ({
          path: `pipelines.${name}.providers`,
          rule: `must name configured providers (${known.join(', ') || 'there are none'}), got ${JSON.stringify(provider)}`,
        })),
    );
  },
} as const satisfies ConfigSection;

export const batchSection = {
  path: 'batch',
  live: 'all',
  summary: 'Requests that come close together are sent as one, to servers that take that (vllm, llama_cpp).',
  absent: { enabled: false },
  schema: z.strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe('Opening this section turns it on; see docs/routing.md for what is sent together.'),
    max_batch_size: z.int().min(2).max(1024).default(8).describe('Requests of a batch, at most.'),
    max_wait_ms: z
      .number()
      .min(0)
      .max(10_000)
      .default(50)
      .describe('Milliseconds that the first one waits for others.'),
    group_by_prefix_len: z
      .int()
      .min(0)
      .max(100_000)
      .default(64)
      .describe('Characters that prompts of a batch begin alike with, so that the server can share them; 0: any.'),
  }),
} as const satisfies ConfigSection;
