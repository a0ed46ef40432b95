import { z } from 'zod';
import { httpKeys } from '../http/config.ts';

/** `[providers.NAME]` with `kind = "open_ai"`. */
export const openAiConfig = z.strictObject({
  kind: z.literal('open_ai').describe('OpenAI, or any other server with its chat completions API.'),
  ...httpKeys({ model: 'gpt-4o', baseUrl: 'https://api.openai.com/v1', keyVariable: 'OPENAI_API_KEY' }),
});
