import type { z } from 'zod';
import { estimateMessageTokens, estimateTokens } from '../../../core/tokens.ts';
import { conversationOf, type countBody } from './messages-body.ts';

/** Estimated tokens of conversation and tools; those of images and documents are not known here. */
export function countTokens(body: z.output<typeof countBody>): number {
  const messages = conversationOf(body);
  const calls = messages.flatMap(({ tool_calls }) => tool_calls ?? []);
  const tools = body.tools == null || body.tools.length === 0 ? 0 : estimateTokens(JSON.stringify(body.tools));
  return estimateMessageTokens(messages) + tools + (calls.length === 0 ? 0 : estimateTokens(JSON.stringify(calls)));
}
