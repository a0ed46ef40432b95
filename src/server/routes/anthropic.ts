import { z } from 'zod';
import { countTokens } from '../dialects/anthropic/count-tokens.ts';
import { messageReply } from '../dialects/anthropic/message-reply.ts';
import { MessageWriter } from '../dialects/anthropic/message-writer.ts';
import { countBody, messagesBody, messagesRequestOf } from '../dialects/anthropic/messages-body.ts';
import { anthropicRefusal } from '../dialects/anthropic/refusal.ts';
import { streamReply } from '../dialects/reply-stream.ts';
import { wholeReply } from '../dialects/whole-reply.ts';
import { headerSettings, requestIdOf } from '../request-headers.ts';
import { route } from '../route.ts';

const post = {
  method: 'POST',
  auth: 'key',
  limits: { bodyBytes: 'configured' },
  refuse: anthropicRefusal,
} as const;

/** Clients of beta features add `?beta=true`; what they want is in the `anthropic-beta` header. */
const query = z.looseObject({});

export const anthropicRoutes = [
  route({
    ...post,
    paths: ['/v1/messages'],
    summary: "Anthropic's messages, streamed or not",
    schema: {
      query,
      body: messagesBody,
      replies: { 200: z.looseObject({ id: z.string(), type: z.literal('message') }) },
    },
    async handle(call) {
      const { body, headers, requestId, reply } = call;
      const request = messagesRequestOf(requestIdOf(call), body, headerSettings(call), headers);
      reply.header('request-id', requestId);
      if (body.stream === true) return streamReply(call, 'messages', request, new MessageWriter(requestId));
      const record = await wholeReply(call, 'messages', request);
      return messageReply(record.model ?? body.model, record);
    },
  }),
  route({
    ...post,
    paths: ['/v1/messages/count_tokens'],
    summary: 'Tokens of a message, estimated from its bytes',
    schema: { query, body: countBody, replies: { 200: z.strictObject({ input_tokens: z.number() }) } },
    handle({ body, reply, requestId }) {
      reply.header('request-id', requestId);
      return { input_tokens: countTokens(body) };
    },
  }),
] as const;
