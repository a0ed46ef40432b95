import { z } from 'zod';
import type { ConfigSection } from '../core/config-section.ts';
import { visibleText } from '../core/config-values.ts';

export const storageSection = {
  path: 'storage',
  summary: 'Where outcomes, dead letters and sessions are kept.',
  schema: z.strictObject({
    path: visibleText()
      .optional()
      .describe('A directory, or "memory" to keep nothing; without it, `$XDG_DATA_HOME/orchestrator`.')
      .meta({ examples: ['memory'] }),
  }),
} as const satisfies ConfigSection;
