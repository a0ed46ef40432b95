import { z } from 'zod';
import { httpKeys } from '../http/config.ts';

/** `[providers.NAME]` with `kind = "llama_cpp"`. */
export const llamaCppConfig = z.strictObject({
  kind: z.literal('llama_cpp').describe('A llama.cpp server: `/completion`, or its chat API if base_url ends in /v1.'),
  ...httpKeys({ model: 'llama', baseUrl: 'http://localhost:8080', keyVariable: 'LLAMA_API_KEY' }),
});
