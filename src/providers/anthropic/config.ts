import { z } from 'zod';
import { httpKeys } from '../http/config.ts';

/** `[providers.NAME]` with `kind = "anthropic"`. */
export const anthropicConfig = z.strictObject({
  kind: z.literal('anthropic').describe('Anthropic, or another server with its Messages API.'),
  ...httpKeys({
    model: 'claude-sonnet-4-6',
    baseUrl: 'https://api.anthropic.com',
    keyVariable: 'ANTHROPIC_API_KEY',
  }),
});
