import { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';
import { channelCapacity, visibleText } from '../core/config-values.ts';
import { MOST_TOKENS } from '../core/tokens.ts';

export const inferenceSection = {
  path: 'stages.inference',
  live: [
    'worker',
    'model',
    'max_tokens',
    'temperature',
    'timeout_ms',
    'adaptive_timeout_enabled',
    'adaptive_timeout_min_ms',
  ],
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
      .max(MOST_TOKENS)
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
    adaptive_timeout_enabled: z
      .boolean()
      .default(false)
      .describe('Lowers the time-out to twice the 95th percentile of the last 100 tries, once there were 20.'),
    adaptive_timeout_min_ms: z.int().min(1).default(500).describe('The least that an adaptive time-out becomes.'),
    inference_workers: z
      .int()
      .min(1)
      .max(100_000)
      .default(64)
      .describe('Calls to providers that may run at the same time.'),
    channel_capacity: channelCapacity(1024),
  }),
} as const satisfies ConfigSection;

export const resilienceSection = {
  path: 'resilience',
  live: 'all',
  summary: 'What happens when a provider fails: retries, and a circuit breaker for each provider.',
  schema: z.strictObject({
    retry_attempts: z
      .int()
      .min(1)
      .max(100)
      .default(3)
      .describe(
        'Tries at a request, the first included; 1 never retries. Nothing is tried again after its first token.',
      ),
    retry_base_ms: z
      .int()
      .min(0)
      .default(100)
      .describe('The longest wait before the second try; it doubles with each. How long it really is, is random.'),
    retry_max_ms: z
      .int()
      .min(0)
      .default(5000)
      .describe('The longest wait of all; one that the provider asks for comes on top, up to a minute.'),
    circuit_breaker_threshold: z
      .int()
      .min(0)
      .default(5)
      .describe('Failures in a row after which a provider is left alone; 0 does without breakers.'),
    circuit_breaker_timeout_s: z
      .number()
      .positive()
      .max(86_400)
      .default(60)
      .describe(
        'Seconds from then to the first probe; doubled by each failed round of probes, up to 64 times as long.',
      ),
    circuit_breaker_probes: z.int().min(1).max(1000).default(5).describe('Requests of a round of probes.'),
    circuit_breaker_success_rate: z
      .number()
      .min(0)
      .max(1)
      .default(0.8)
      .describe('Share of a round that must succeed for the breaker to close; at least one must.'),
  }),
  check({ resilience }) {
    const { retry_base_ms, retry_max_ms } = resilience as { retry_base_ms: number; retry_max_ms: number };
    if (retry_base_ms <= retry_max_ms) return [];
    return [{ path: 'resilience.retry_base_ms', rule: 'must be <= resilience.retry_max_ms' }];
  },
} as const satisfies ConfigSection;
