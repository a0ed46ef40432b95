import { z } from 'zod';
import { chatBody, chatRequestOf } from '../dialects/openai/chat-body.ts';
import { chatCompletion, textCompletion } from '../dialects/openai/chat-reply.ts';
import { ChatWriter, CompletionWriter } from '../dialects/openai/chat-writer.ts';
import { completionBody, completionRequestOf } from '../dialects/openai/completion-body.ts';
import { openAiRefusal } from '../dialects/openai/refusal.ts';
import { streamReply } from '../dialects/reply-stream.ts';
import { wholeReply } from '../dialects/whole-reply.ts';
import { headerSettings, requestIdOf } from '../request-headers.ts';
import { route } from '../route.ts';
import type { Service } from '../service.ts';

/** What ids of replies begin with; the id of the request follows. */
const CHAT_ID = 'chatcmpl-';
const COMPLETION_ID = 'cmpl-';

const reply = z.looseObject({ id: z.string(), object: z.string(), created: z.number(), model: z.string() });

const post = {
  method: 'POST',
  auth: 'key',
  limits: { bodyBytes: 'configured' },
  refuse: openAiRefusal,
} as const;

export const openAiRoutes = [
  route({
    ...post,
    paths: ['/v1/chat/completions'],
    summary: "OpenAI's chat completions, streamed or not",
    schema: { body: chatBody, replies: { 200: reply } },
    async handle(call) {
      const { service, body, requestId } = call;
      const request = chatRequestOf(requestIdOf(call), body, headerSettings(call));
      if (body.stream === true) {
        const options = {
          head: headOf('chat.completion.chunk', service),
          prefix: CHAT_ID,
          ...usageAsked(body),
          requestId,
        };
        return streamReply(call, 'chat', request, new ChatWriter(options));
      }
      const record = await wholeReply(call, 'chat', request);
      return chatCompletion(
        {
          id: `${CHAT_ID}${record.id}`,
          ...headOf('chat.completion', service),
          model: record.model ?? body.model ?? '',
        },
        record,
      );
    },
  }),
  route({
    ...post,
    paths: ['/v1/completions'],
    summary: "OpenAI's completions from before chat, streamed or not",
    schema: { body: completionBody, replies: { 200: reply } },
    async handle(call) {
      const { service, body, requestId } = call;
      const request = completionRequestOf(requestIdOf(call), body, headerSettings(call));
      const head = headOf('text_completion', service);
      if (body.stream === true) {
        const options = { head, prefix: COMPLETION_ID, ...usageAsked(body), requestId };
        return streamReply(call, 'completion', request, new CompletionWriter(options));
      }
      const record = await wholeReply(call, 'completion', request);
      return textCompletion(
        { id: `${COMPLETION_ID}${record.id}`, ...head, model: record.model ?? body.model ?? '' },
        record,
      );
    },
  }),
] as const;

const headOf = (object: string, { clock }: Service) => ({
  object,
  created: Math.floor(clock.wall() / 1000),
});

const usageAsked = ({
  stream_options,
}: {
  readonly stream_options?: { include_usage?: boolean | null | undefined } | null | undefined;
}) => ({
  includeUsage: stream_options?.include_usage === true,
});
