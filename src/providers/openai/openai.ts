import type { ApiKey } from '../http/api-key.ts';
import type { HttpKind } from '../http/http-provider.ts';
import { chatDialect, withVersion } from './chat.ts';

const SERVICE = {
  variable: 'OPENAI_API_KEY',
  origin: 'https://api.openai.com',
  keysAt: 'https://platform.openai.com/api-keys',
};

/** `Authorization: Bearer …`, or nothing without a key. */
export const bearer = (apiKey: ApiKey | null): Readonly<Record<string, string>> =>
  apiKey === null ? {} : { authorization: `Bearer ${apiKey.key.reveal()}` };

/** OpenAI, and whatever else speaks its chat completions API under another `base_url`. */
export const openAi: HttpKind = {
  kind: 'open_ai',
  model: 'gpt-4o',
  baseUrl: `${SERVICE.origin}/v1`,
  service: SERVICE,
  headers: bearer,
  dialect({ origin, basePath }) {
    // OpenAI's own newer models refuse `max_tokens`; most other servers know nothing else.
    const maxTokens = origin === SERVICE.origin ? 'max_completion_tokens' : 'max_tokens';
    return withVersion(chatDialect({ maxTokens }), basePath);
  },
};
