import { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';
import { PRIORITIES, type Priority } from '../core/priority.ts';
import type { PriorityClass } from './priority.ts';

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
  check: (config) =>
    Object.entries(config['tenants'] as Readonly<Record<string, PriorityClass>>)
      .filter(([, { priority, max_priority }]) => isAbove(priority, max_priority))
      .map(([name, { max_priority }]) => ({
        path: `tenants.${name}.priority`,
        rule: `must not be above its max_priority, ${max_priority}`,
      })),
} as const satisfies ConfigSection;

/** Priorities are listed from the highest to the lowest. */
const isAbove = (priority?: Priority, limit?: Priority): boolean =>
  priority !== undefined && limit !== undefined && PRIORITIES.indexOf(priority) < PRIORITIES.indexOf(limit);
