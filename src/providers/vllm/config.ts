import { z } from 'zod';
import { httpKeys } from '../http/config.ts';

/** `[providers.NAME]` with `kind = "vllm"`. */
export const vllmConfig = z.strictObject({
  kind: z.literal('vllm').describe('A vLLM server: `/generate`, or its chat API if base_url ends in /v1.'),
  ...httpKeys({ model: 'vllm', baseUrl: 'http://localhost:8000', keyVariable: 'VLLM_API_KEY' }),
});
