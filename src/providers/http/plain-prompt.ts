import type { Attempt } from '../../core/attempt.ts';
import { OrchestratorError } from '../../core/errors.ts';
import { messageText } from '../../core/request.ts';
import { refuseNative } from '../native.ts';

const SPEAKERS = { system: 'System', developer: 'System', user: 'User', assistant: 'Assistant', tool: 'Tool' } as const;

/**
 * A conversation as the one text that a plain completion takes. A single message is that text, unchanged; more of them
 * become a transcript. Throws `request_invalid` for what text cannot say.
 */
export function plainPrompt(attempt: Attempt, path: string): string {
  const { messages, tools } = attempt;
  refuseNative(attempt, path);
  if (tools.length > 0) {
    throw new OrchestratorError(
      'request_invalid',
      `Tools cannot be sent to ${path}; let base_url end in /v1 to use the chat API of this server.`,
      { param: 'tools' },
    );
  }
  const [only] = messages;
  if (messages.length === 1 && only !== undefined) return messageText(only);
  const lines = messages.map((message) => `${SPEAKERS[message.role]}: ${messageText(message)}`);
  return `${lines.join('\n\n')}\n\nAssistant:`;
}
