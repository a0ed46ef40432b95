import { Buffer } from 'node:buffer';
import { type Message, messageText } from './request.ts';

/** What a token is estimated at, UTF-8. */
export const BYTES_A_TOKEN = 4;

/** Estimated tokens of so many UTF-8 bytes: ⌈bytes / 4⌉ (capability B8). */
export const tokensOf = (bytes: number): number => Math.ceil(bytes / BYTES_A_TOKEN);

/** Estimated tokens of a text. */
export const estimateTokens = (text: string): number => tokensOf(Buffer.byteLength(text));

/** Estimated tokens of a conversation. */
export function estimateMessageTokens(messages: readonly Message[]): number {
  let bytes = 0;
  for (const message of messages) bytes += Buffer.byteLength(messageText(message));
  return tokensOf(bytes);
}

/** Tokens that an answer may be asked to have at the most: more than any model gives, and what servers hold in 32 bits. */
export const MOST_TOKENS = 2 ** 31 - 1;
