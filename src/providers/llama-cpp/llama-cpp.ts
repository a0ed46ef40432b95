import type { HttpKind } from '../http/http-provider.ts';
import { chatDialect } from '../openai/chat.ts';
import { completionsBatch } from '../openai/completions-batch.ts';
import { bearer } from '../openai/openai.ts';
import { completionDialect } from './completion.ts';
import { completionBatch } from './completion-batch.ts';

/** Whatever model the server was started with. */
const UNNAMED = 'llama';

/** A llama.cpp server: its own `/completion`, or the chat API when the base URL ends in `/v1`. */
export const llamaCpp: HttpKind = {
  kind: 'llama_cpp',
  model: UNNAMED,
  baseUrl: 'http://localhost:8080',
  baseUrlVariable: 'LLAMA_CPP_URL',
  service: null,
  headers: bearer,
  dialect: ({ basePath }) =>
    basePath.endsWith('/v1') ? chatDialect({ maxTokens: 'max_tokens', unnamedModel: UNNAMED }) : completionDialect,
  batch: ({ basePath }) => (basePath.endsWith('/v1') ? completionsBatch(UNNAMED) : completionBatch),
};
