import { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';
import { channelCapacity, stageEnabled, visibleText } from '../core/config-values.ts';
import { transformList } from '../prompts/transforms/config.ts';

export const pipelineSection = {
  path: 'pipeline',
  summary: 'What this pipeline is called.',
  schema: z.strictObject({
    name: visibleText()
      .default('orchestrator')
      .describe('Name shown by the dashboard, the health report and the logs.'),
    version: visibleText().default('1.0').describe('Version of this configuration; shown beside the name.'),
    description: z
      .string()
      .optional()
      .describe('A sentence for people.')
      .meta({ examples: ['Answers questions about our products'] }),
  }),
  // The document's sample files and its Rust configuration type call the capacities differently.
  aliases: {
    'channel_sizes.rag_to_assemble': 'stages.rag.channel_capacity',
    'channel_sizes.assemble_to_inference': 'stages.assemble.channel_capacity',
    'channel_sizes.inference_to_post': 'stages.inference.channel_capacity',
    'channel_sizes.post_to_stream': 'stages.post_process.channel_capacity',
    'channel_sizes.stream_output': 'stages.stream.channel_capacity',
    rag_channel_capacity: 'stages.rag.channel_capacity',
    assemble_channel_capacity: 'stages.assemble.channel_capacity',
    inference_channel_capacity: 'stages.inference.channel_capacity',
    post_channel_capacity: 'stages.post_process.channel_capacity',
    stream_channel_capacity: 'stages.stream.channel_capacity',
  },
} as const satisfies ConfigSection;

export const postProcessSection = {
  path: 'stages.post_process',
  live: ['transforms'],
  summary: 'Stage 4: works on the answer before it is handed out.',
  schema: z.strictObject({
    enabled: stageEnabled(),
    transforms: transformList('the answer'),
    channel_capacity: channelCapacity(512),
  }),
} as const satisfies ConfigSection;

export const streamSection = {
  path: 'stages.stream',
  summary: 'Stage 5: hands the answer to whoever asked.',
  schema: z.strictObject({
    enabled: stageEnabled(),
    channel_capacity: channelCapacity(256),
  }),
} as const satisfies ConfigSection;

export const pluginsSection = {
  path: 'plugins',
  summary: 'Code at the hooks before and after each stage; see docs/plugins.md.',
  programs: ['modules'],
  schema: z.strictObject({
    modules: z
      .array(visibleText())
      .default([])
      .describe(
        'Files of plugins, run in this order with the rights of this process; relative to the file that names them. A `pipeline.toml` that was only found in the working directory may not name any.',
      ),
    profanity_filter: z
      .array(visibleText())
      .default([])
      .describe('Words or phrases, whole and in any case: a request whose user uses one of them fails.'),
    response_length_cap: z
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe(
        'Estimated tokens that are left of an answer; the transform `length_cap` does the same as text arrives.',
      )
      .meta({ examples: [1000] }),
    latency_logger: z.boolean().default(false).describe('Log how long each answered request took.'),
    max_failures: z
      .int()
      .min(1)
      .max(1000)
      .default(5)
      .describe('Failures in a row at one hook after which a plugin is disabled until somebody enables it again.'),
  }),
} as const satisfies ConfigSection;

export const deadLettersSection = {
  path: 'dead_letters',
  summary: 'Requests that could not be answered, kept for a replay.',
  schema: z.strictObject({
    capacity: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(1000)
      .describe('Dead letters kept in memory, the oldest go first; the store keeps all until they are purged.'),
    auto_replay: z
      .boolean()
      .default(false)
      .describe('Send dead letters again by themselves, 2, 4, 8, … up to 60 seconds after they died.'),
    max_deaths: z
      .int()
      .min(1)
      .default(5)
      .describe('A request that has died so often is left to people; for `auto_replay`.'),
    max_age_s: z
      .int()
      .min(1)
      .default(3600)
      .describe('Seconds after which a dead letter is too old to be sent again; for `auto_replay`.'),
  }),
} as const satisfies ConfigSection;
