import { z } from 'zod';
import { present } from '../../../core/present.ts';
import type { ContentPart, Message, Parameters, PromptRequest, Tool } from '../../../core/request.ts';
import { parameterFields } from '../../../core/request-schema.ts';
import { faultOf } from '../../error-reply.ts';
import { type HeaderSettings, requestOf } from '../../request-body.ts';
import { extraOf, others } from '../known-fields.ts';

const chatCall = z.looseObject({
  id: z.string(),
  type: z.literal('function', 'only calls of functions are known here').nullish(),
  function: z.looseObject({ name: z.string(), arguments: z.string() }),
});

const chatMessage = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool']),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string() }))]).nullish(),
  tool_calls: z.array(chatCall).nullish(),
  tool_call_id: z.string().nullish(),
});

const chatTool = z.looseObject({
  type: z.string().default('function'),
  function: z
    .looseObject({
      name: z.string(),
      description: z.string().nullish(),
      parameters: z.record(z.string(), z.unknown()).nullish(),
    })
    .optional(),
});

const named = z.looseObject({ function: z.looseObject({ name: z.string() }) });

/** Parameters, and what else chat and plain completions have in common; null is as good as absent. */
export const commonFields = {
  model: z.string().min(1).max(256).nullish(),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  n: z
    .literal(1, 'must be 1 here: one request has one answer, send it again for more')
    .nullish()
    .describe('One answer to a request; more are more requests.'),
  max_tokens: parameterFields.max_tokens.nullable(),
  temperature: parameterFields.temperature.nullable(),
  top_p: parameterFields.top_p.nullable(),
  top_k: parameterFields.top_k.nullable(),
  stop: parameterFields.stop.nullable(),
  seed: parameterFields.seed.nullable(),
  presence_penalty: parameterFields.presence_penalty.nullable(),
  frequency_penalty: parameterFields.frequency_penalty.nullable(),
};

/** `POST /v1/chat/completions`. Fields that are not known here go to providers of this dialect as they came. */
export const chatBody = z.looseObject({
  ...commonFields,
  messages: z.array(chatMessage).min(1).max(10_000),
  max_completion_tokens: parameterFields.max_tokens.nullable(),
  tools: z.array(chatTool).max(1000).nullish(),
  tool_choice: z.union([z.enum(['auto', 'none', 'required']), named, z.looseObject({ type: z.string() })]).nullish(),
  parallel_tool_calls: z.boolean().nullish(),
});

export type ChatBody = z.output<typeof chatBody>;

const MESSAGE_FIELDS = new Set(['role', 'content', 'tool_calls', 'tool_call_id']);
const FUNCTION_FIELDS = new Set(['name', 'description', 'parameters']);
const BODY_FIELDS = new Set(Object.keys(chatBody.shape));

/** The request that a body asks for. Throws `request_invalid` for what contradicts itself. */
export function chatRequestOf(id: string, body: ChatBody, headers: HeaderSettings): PromptRequest {
  const { tools, tool_choice } = body;
  const choice = choiceOf(tool_choice);
  const fields = {
    ...others(body, BODY_FIELDS),
    ...(choice === undefined && tool_choice != null ? { tool_choice } : {}),
  };
  return {
    ...requestOf(id, body.messages.map(messageOf), { model: body.model }, headers),
    parameters: {
      ...commonParameters(body),
      ...present({
        max_tokens: body.max_completion_tokens ?? body.max_tokens ?? undefined,
        tool_choice: choice,
        parallel_tool_calls: body.parallel_tool_calls ?? undefined,
      }),
      native: { dialect: 'openai', fields, headers: {} },
    },
    ...(tools == null || tools.length === 0 ? {} : { tools: tools.map(toolOf) }),
  };
}

export function commonParameters(
  body: {
    readonly [Name in keyof typeof commonFields]?: z.output<(typeof commonFields)[Name]>;
  },
): Parameters {
  const { max_tokens, temperature, top_p, top_k, stop, seed, presence_penalty, frequency_penalty } = body;
  const given = { max_tokens, temperature, top_p, top_k, stop, seed, presence_penalty, frequency_penalty };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value != null));
}

function messageOf(message: ChatBody['messages'][number], at: number): Message {
  const { role, content, tool_calls, tool_call_id } = message;
  if (role === 'tool' && tool_call_id == null) throw faultOf(`messages.${at}.tool_call_id`, 'needs to be there');
  if (content == null && role !== 'assistant') throw faultOf(`messages.${at}.content`, 'needs to be there');
  return {
    role,
    content: (content as string | readonly ContentPart[] | null | undefined) ?? '',
    ...(tool_calls == null || tool_calls.length === 0
      ? {}
      : {
          tool_calls: tool_calls.map((call) => ({
            id: call.id,
            name: call.function.name,
            arguments: call.function.arguments,
          })),
        }),
    ...(tool_call_id == null ? {} : { tool_call_id }),
    ...extraOf(message, MESSAGE_FIELDS),
  };
}

function toolOf(tool: z.output<typeof chatTool>, at: number): Tool {
  const { type, function: called } = tool;
  // Tools of other types are their API's own business.
  if (type !== 'function') return { name: type, extra: tool };
  if (called === undefined) throw faultOf(`tools.${at}.function`, 'needs to be there');
  const { name, description, parameters } = called;
  return {
    name,
    ...present({ description: description ?? undefined, parameters: parameters ?? undefined }),
    ...extraOf(called, FUNCTION_FIELDS),
  };
}

function choiceOf(choice: ChatBody['tool_choice']): Parameters['tool_choice'] {
  if (choice == null) return undefined;
  if (typeof choice === 'string') return choice;
  const called = named.safeParse(choice);
  return called.success ? { name: called.data.function.name } : undefined;
}
