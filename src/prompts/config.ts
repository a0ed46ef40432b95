import { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';
import { channelCapacity, stageEnabled, visibleText } from '../core/config-values.ts';
import { transformList } from './transforms/config.ts';

export const ragSection = {
  path: 'stages.rag',
  summary: 'Stage 1: looks up context for the prompt.',
  schema: z.strictObject({
    enabled: stageEnabled(),
    sources: z
      .array(visibleText())
      .default([])
      .describe(
        'Text files to look up context in, as globs relative to the working directory, such as "docs/**/*.md"; ' +
          'without any, nothing is added to the prompt.',
      )
      .meta({ examples: [['docs/**/*.md']] }),
    timeout_ms: z
      .int()
      .min(1)
      .default(5000)
      .describe('Milliseconds a request waits for the index at most; then it goes on without context.'),
    max_context_tokens: z
      .int()
      .min(1)
      .default(2048)
      .describe('Tokens of context at most, estimated as bytes / 4, everything that is added included.'),
    channel_capacity: channelCapacity(512),
  }),
} as const satisfies ConfigSection;

export const assembleSection = {
  path: 'stages.assemble',
  live: ['system', 'transforms'],
  summary: 'Stage 2: builds the messages that the model gets.',
  schema: z.strictObject({
    enabled: stageEnabled(),
    system: z
      .string()
      .optional()
      .describe('System prompt put before every request that has none of its own.')
      .meta({ examples: ['Answer in one paragraph.'] }),
    transforms: transformList('the prompt (the last user message)'),
    channel_capacity: channelCapacity(512),
  }),
} as const satisfies ConfigSection;
