import type { Dialect } from '../http/dialect.ts';
import { ChatReader } from './chat-reader.ts';
import { type ChatOptions, chatRequest } from './chat-request.ts';

/** The chat completions API of OpenAI, which many other servers speak as well. */
export const chatDialect = (options: ChatOptions): Dialect => ({
  framing: 'events',
  terminated: true,
  request: (attempt, stream) => ({ path: '/chat/completions', body: chatRequest(attempt, options, stream) }),
  reader: (attempt) => new ChatReader(attempt),
});

/** An endpoint as an OpenAI-compatible one is usually given: without a path, its routes are below `/v1`. */
export function withVersion(dialect: Dialect, basePath: string): Dialect {
  if (basePath !== '') return dialect;
  return {
    ...dialect,
    request(attempt, stream) {
      const request = dialect.request(attempt, stream);
      return { ...request, path: `/v1${request.path}` };
    },
  };
}
