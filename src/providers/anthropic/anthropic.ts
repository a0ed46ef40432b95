import type { NativeRequest } from '../../core/native.ts';
import type { HttpKind } from '../http/http-provider.ts';
import { MessagesReader } from './messages-reader.ts';
import { messagesRequest } from './messages-request.ts';

const SERVICE = {
  variable: 'ANTHROPIC_API_KEY',
  origin: 'https://api.anthropic.com',
  keysAt: 'https://console.anthropic.com/settings/keys',
};

/** What a caller of this dialect wants forwarded, such as `anthropic-beta`. */
const headersOf = (native: NativeRequest | undefined) =>
  native?.dialect === 'anthropic' ? { headers: native.headers } : {};

/** The Messages API of Anthropic. */
export const anthropic: HttpKind = {
  kind: 'anthropic',
  model: 'claude-sonnet-4-6',
  baseUrl: SERVICE.origin,
  service: SERVICE,
  headers: (apiKey) => ({
    'anthropic-version': '2023-06-01',
    ...(apiKey === null ? {} : { 'x-api-key': apiKey.key.reveal() }),
  }),
  dialect: ({ basePath }) => ({
    framing: 'events',
    terminated: true,
    request: (attempt, stream) => ({
      path: basePath.endsWith('/v1') ? '/messages' : '/v1/messages',
      body: messagesRequest(attempt, stream),
      ...headersOf(attempt.parameters.native),
    }),
    reader: (attempt) => new MessagesReader(attempt),
  }),
};
