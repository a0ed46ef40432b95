import { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';

export const observabilitySection = {
  path: 'observability',
  summary: 'Logs and metrics.',
  schema: z.strictObject({
    log_format: z
      .enum(['pretty', 'json'])
      .optional()
      .describe('How log lines look; without it, pretty on a terminal and json elsewhere.')
      .meta({ examples: ['json'] }),
    log_level: z
      .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
      .default('info')
      .describe('The least important lines that are logged; each request is a line at debug.'),
    metrics_port: z
      .int()
      .min(1)
      .max(65_535)
      .optional()
      .describe('Port of a second listener that serves `/metrics` alone.')
      .meta({ examples: [9090] }),
  }),
} as const satisfies ConfigSection;
