import { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';
import { channelCapacity, visibleText } from '../core/config-values.ts';

export const inferenceSection = {
  path: 'stages.inference',
  live: ['worker', 'model', 'max_tokens', 'temperature', 'timeout_ms'],
  summary: 'Stage 3: asks a model.',
  schema: z.strictObject({
    worker: z
      .enum(['anthropic', 'open_ai', 'llama_cpp', 'vllm', 'echo'])
      .default('echo')
      .describe('Which kind of provider answers when no `[providers.NAME]` is configured.'),
    model: visibleText()
      .optional()
      .describe("Model to ask for; without it, the provider's default.")
      .meta({ examples: ['claude-sonnet-4-6'] }),
    max_tokens: z
      .int()
      .min(1)
      .optional()
      .describe("Upper bound of an answer, in tokens; without it, the provider's default.")
      .meta({ examples: [1024] }),
    temperature: z
      .number()
      .min(0)
      .max(2)
      .optional()
      .describe("0 is the likeliest token every time; without it, the provider's default.")
      .meta({ examples: [0.7] }),
    timeout_ms: z.int().min(1).default(120_000).describe('Milliseconds after which one try at a provider is given up.'),
    inference_workers: z
      .int()
      .min(1)
      .max(100_000)
      .default(64)
      .describe('Calls to providers that may run at the same time.'),
    channel_capacity: channelCapacity(1024),
  }),
} as const satisfies ConfigSection;
