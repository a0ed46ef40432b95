import { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';
import { channelCapacity, stageEnabled } from '../core/config-values.ts';
import { transformList } from './transforms/config.ts';

export const ragSection = {
  path: 'stages.rag',
  summary: 'Stage 1: looks up context for the prompt.',
  schema: z.strictObject({
    enabled: stageEnabled(),
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
