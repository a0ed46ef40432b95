import { z } from 'zod';
import type { ConfigSection } from '../../core/config-section.ts';

const rate = () => z.number().min(0).max(1_000_000);

export const rateLimitsSection = {
  path: 'rate_limits',
  summary: 'How fast requests may come in: token buckets, each refilled steadily.',
  schema: z.strictObject({
    enabled: z.boolean().default(false).describe('Limits apply.'),
    requests_per_second: rate().default(100).describe('Requests a second, all together, in the long run.'),
    burst_capacity: z
      .int()
      .min(0)
      .max(1_000_000)
      .default(20)
      .describe('Requests that may come at once, all together; 0 lets nothing in.'),
    per_model: z
      .record(z.string().min(1), rate())
      .default({})
      .describe('Requests a second for a model, by its name; a second’s worth may come at once.')
      .meta({ examples: [{ 'claude-sonnet-4-6': 5 }] }),
    per_session: rate()
      .optional()
      .describe('Requests a second of one session. Without it, there is no such limit.')
      .meta({ examples: [1] }),
    per_tenant: rate()
      .optional()
      .describe('Requests a second of one API key or tenant. Without it, there is no such limit.')
      .meta({ examples: [10] }),
  }),
} as const satisfies ConfigSection;
