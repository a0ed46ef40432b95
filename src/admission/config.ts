import { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';
import { PRIORITIES } from '../core/priority.ts';

export const tenantsSection = {
  path: 'tenants',
  summary: 'Priority classes: `[tenants.NAME]`, by the tenant or API key that a request carries.',
  schema: z.record(
    z.string().min(1),
    z.strictObject({
      priority: z
        .enum(PRIORITIES)
        .optional()
        .describe('Priority of its requests that name none; without it, normal.')
        .meta({ examples: ['high'] }),
      max_priority: z
        .enum(PRIORITIES)
        .optional()
        .describe('The highest priority its requests may have; what is above is lowered to it.')
        .meta({ examples: ['normal'] }),
    }),
  ),
} as const satisfies ConfigSection;
