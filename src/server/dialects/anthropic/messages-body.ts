import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { NativeFields } from '../../../core/native.ts';
import { present } from '../../../core/present.ts';
import type { ContentPart, Message, Parameters, PromptRequest, Tool, ToolCall } from '../../../core/request.ts';
import { MOST_TOKENS } from '../../../core/tokens.ts';
import { faultOf } from '../../error-reply.ts';
import { type HeaderSettings, requestOf } from '../../request-body.ts';
import { extraOf, others } from '../known-fields.ts';

const block = z.looseObject({ type: z.string() });
const content = z.union([z.string(), z.array(block)]);

const tool = z.looseObject({
  name: z.string(),
  type: z.string().nullish(),
  description: z.string().nullish(),
  input_schema: z.record(z.string(), z.unknown()).nullish(),
});

/** What `messages` and `count_tokens` have in common. */
const asked = {
  model: z.string().min(1).max(256),
  messages: z
    .array(z.looseObject({ role: z.enum(['user', 'assistant', 'system']), content }))
    .min(1)
    .max(10_000),
  system: content.nullish(),
  tools: z.array(tool).max(1000).nullish(),
  tool_choice: z
    .looseObject({
      type: z.enum(['auto', 'any', 'tool', 'none']),
      name: z.string().nullish(),
      disable_parallel_tool_use: z.boolean().nullish(),
    })
    .nullish(),
};

/** `POST /v1/messages/count_tokens`. */
export const countBody = z.looseObject(asked);

/** `POST /v1/messages`. Fields that are not known here go to providers of this dialect as they came. */
export const messagesBody = z.looseObject({
  ...asked,
  max_tokens: z.int().min(1).max(MOST_TOKENS),
  stream: z.boolean().nullish(),
  temperature: z.number().min(0).max(1).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.int().min(1).nullish(),
  stop_sequences: z.array(z.string()).nullish(),
});

export type MessagesBody = z.output<typeof messagesBody>;

const BODY_FIELDS = new Set(Object.keys(messagesBody.shape));
const TOOL_FIELDS = new Set(['name', 'description', 'input_schema']);
const RESULT_FIELDS = new Set(['type', 'tool_use_id', 'content']);

/** The request that a body asks for. Throws `request_invalid` for what contradicts itself. */
export function messagesRequestOf(
  id: string,
  body: MessagesBody,
  headers: HeaderSettings,
  raw: IncomingHttpHeaders,
): PromptRequest {
  const { max_tokens, temperature, top_p, top_k, stop_sequences, tool_choice } = body;
  const beta = raw['anthropic-beta'];
  return {
    ...requestOf(id, conversationOf(body), { model: body.model }, headers),
    parameters: {
      ...present({
        max_tokens,
        temperature: temperature ?? undefined,
        top_p: top_p ?? undefined,
        top_k: top_k ?? undefined,
        stop: stop_sequences ?? undefined,
      }),
      ...choiceOf(tool_choice),
      native: {
        dialect: 'anthropic',
        fields: others(body, BODY_FIELDS),
        headers: beta === undefined ? {} : { 'anthropic-beta': String(beta) },
      },
    },
    ...toolsOf(body.tools),
  };
}

/** System prompt and messages as one conversation. */
export function conversationOf({ system, messages }: Pick<MessagesBody, 'system' | 'messages'>): readonly Message[] {
  const instructions: readonly Message[] =
    system == null ? [] : [{ role: 'system', content: system as Message['content'] }];
  return [...instructions, ...messages.flatMap((message, at) => messagesOf(message, at))];
}

function toolsOf(tools: MessagesBody['tools']): { readonly tools?: readonly Tool[] } {
  return tools == null || tools.length === 0 ? {} : { tools: tools.map(toolOf) };
}

/** Results of tools are messages of their own here; what else is in their turn follows them. */
function messagesOf(
  { role, content: said, ...rest }: MessagesBody['messages'][number],
  at: number,
): readonly Message[] {
  const extra = extraOf(rest, new Set());
  if (typeof said === 'string') return [{ role, content: said, ...extra }];
  if (role === 'assistant') return [{ role, content: said as readonly ContentPart[], ...callsOf(said, at), ...extra }];
  const results = said.filter(({ type }) => type === 'tool_result');
  const rests = said.filter(({ type }) => type !== 'tool_result');
  return [
    ...results.map((result): Message => {
      const { tool_use_id, content: text = '' } = result as NativeFields;
      if (typeof tool_use_id !== 'string')
        throw faultOf(`messages.${at}.content`, 'has a tool_result without tool_use_id');
      return {
        role: 'tool',
        tool_call_id: tool_use_id,
        content: text as Message['content'],
        ...extraOf(result, RESULT_FIELDS),
      };
    }),
    ...(rests.length === 0 ? [] : [{ role, content: rests as readonly ContentPart[], ...extra }]),
  ];
}

function callsOf(blocks: readonly NativeFields[], at: number): { readonly tool_calls?: readonly ToolCall[] } {
  const calls = blocks
    .filter(({ type }) => type === 'tool_use')
    .map(({ id, name, input }): ToolCall => {
      if (typeof id !== 'string' || typeof name !== 'string') {
        throw faultOf(`messages.${at}.content`, 'has a tool_use without id or name');
      }
      return { id, name, arguments: JSON.stringify(input ?? {}) };
    });
  return calls.length === 0 ? {} : { tool_calls: calls };
}

function toolOf({ name, type, description, input_schema, ...rest }: z.output<typeof tool>): Tool {
  return {
    name,
    ...present({ description: description ?? undefined, parameters: input_schema ?? undefined }),
    // `custom` is what a tool without a type is.
    ...extraOf({ ...rest, ...(type === 'custom' ? {} : { type }) }, TOOL_FIELDS),
  };
}

function choiceOf(choice: MessagesBody['tool_choice']): Pick<Parameters, 'tool_choice' | 'parallel_tool_calls'> {
  if (choice == null) return {};
  const { type, name, disable_parallel_tool_use } = choice;
  if (type === 'tool' && name == null) throw faultOf('tool_choice.name', 'needs to be there');
  return {
    tool_choice: type === 'any' ? 'required' : type === 'tool' ? { name: name! } : type,
    ...(disable_parallel_tool_use == null ? {} : { parallel_tool_calls: !disable_parallel_tool_use }),
  };
}
