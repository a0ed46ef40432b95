import type { HttpKind } from '../http/http-provider.ts';
import { chatDialect } from '../openai/chat.ts';
import { completionsBatch } from '../openai/completions-batch.ts';
import { bearer } from '../openai/openai.ts';
import { generateDialect } from './generate.ts';

/** Whatever model the server was started with. */
const UNNAMED = 'vllm';

/** A vLLM server: its plain `/generate`, or the chat API when the base URL ends in `/v1`. */
export const vllm: HttpKind = {
  kind: 'vllm',
  model: UNNAMED,
  baseUrl: 'http://localhost:8000',
  baseUrlVariable: 'VLLM_URL',
  service: null,
  headers: bearer,
  dialect: ({ basePath }) =>
    basePath.endsWith('/v1') ? chatDialect({ maxTokens: 'max_tokens', unnamedModel: UNNAMED }) : generateDialect,
  batch: ({ basePath }) => (basePath.endsWith('/v1') ? completionsBatch(UNNAMED) : null),
};
