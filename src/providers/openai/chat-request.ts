import type { Attempt } from '../../core/attempt.ts';
import type { Message, Parameters, Tool, ToolChoice } from '../../core/request.ts';
import { fromAnthropic } from './chat-translation.ts';

/** What differs between servers that speak this API. */
export interface ChatOptions {
  /** How the API calls the upper bound of an answer. */
  readonly maxTokens: 'max_tokens' | 'max_completion_tokens';
  /** The model name that stands for "whatever the server has": it is not sent. */
  readonly unnamedModel?: string;
}

/**
 * The body of `POST /chat/completions`. What is not asked for is not in it. Throws `request_invalid` for what a caller said
 * in another dialect that this one has no word for.
 */
export function chatRequest(attempt: Attempt, options: ChatOptions, stream: boolean): object {
  const { model, parameters } = attempt;
  const { native } = parameters;
  const { messages, tools, fields } =
    native?.dialect === 'anthropic' ? fromAnthropic(attempt, native) : attempted(attempt);
  return {
    ...fields,
    ...(model === options.unnamedModel ? {} : { model }),
    messages: messages.map(chatMessage),
    ...(tools.length === 0 ? {} : { tools: tools.map(chatTool) }),
    ...chatParameters(parameters, options),
    ...(stream ? STREAMED : {}),
  };
}

const STREAMED = { stream: true, stream_options: { include_usage: true } };

const attempted = ({ messages, tools, parameters: { native } }: Attempt) => ({
  messages,
  tools,
  fields: native?.fields ?? {},
});

function chatMessage({ role, content, tool_calls, tool_call_id, extra }: Message): object {
  return {
    role,
    // An assistant that only called tools has said nothing, which is null here.
    content: content === '' && role === 'assistant' && (tool_calls ?? extra) !== undefined ? null : content,
    ...(tool_calls === undefined
      ? {}
      : {
          tool_calls: tool_calls.map(({ id, name, arguments: text }) => ({
            id,
            type: 'function',
            function: { name, arguments: text },
          })),
        }),
    ...(tool_call_id === undefined ? {} : { tool_call_id }),
    ...extra,
  };
}

/** A tool of another type than functions is in its extra fields, whole. */
const chatTool = ({ extra, ...tool }: Tool): object =>
  extra?.['type'] === undefined ? { type: 'function', function: { ...tool, ...extra } } : extra;

function chatParameters(parameters: Parameters, { maxTokens }: ChatOptions): object {
  const { max_tokens, tool_choice, native: _native, ...same } = parameters;
  return {
    ...same,
    ...(max_tokens === undefined ? {} : { [maxTokens]: max_tokens }),
    ...(tool_choice === undefined ? {} : { tool_choice: chatToolChoice(tool_choice) }),
  };
}

const chatToolChoice = (choice: ToolChoice): unknown =>
  typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } };
