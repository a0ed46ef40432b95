import type { Attempt } from '../../core/attempt.ts';
import type { Message, Parameters, Tool, ToolChoice } from '../../core/request.ts';

/** What differs between servers that speak this API. */
export interface ChatOptions {
  /** How the API calls the upper bound of an answer. */
  readonly maxTokens: 'max_tokens' | 'max_completion_tokens';
  /** The model name that stands for "whatever the server has": it is not sent. */
  readonly unnamedModel?: string;
}

/** The body of `POST /chat/completions`. What is not asked for is not in it. */
export function chatRequest(attempt: Attempt, options: ChatOptions): object {
  const { model, messages, tools, parameters } = attempt;
  return {
    ...(model === options.unnamedModel ? {} : { model }),
    messages: messages.map(chatMessage),
    ...(tools.length === 0 ? {} : { tools: tools.map(chatTool) }),
    ...chatParameters(parameters, options),
    stream: true,
    stream_options: { include_usage: true },
  };
}

function chatMessage({ role, content, tool_calls, tool_call_id }: Message): object {
  return {
    role,
    // An assistant that only called tools has said nothing, which is null here.
    content: content === '' && tool_calls !== undefined ? null : content,
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
  };
}

const chatTool = (tool: Tool): object => ({ type: 'function', function: tool });

function chatParameters(parameters: Parameters, { maxTokens }: ChatOptions): object {
  const { max_tokens, tool_choice, ...same } = parameters;
  return {
    ...same,
    ...(max_tokens === undefined ? {} : { [maxTokens]: max_tokens }),
    ...(tool_choice === undefined ? {} : { tool_choice: chatToolChoice(tool_choice) }),
  };
}

const chatToolChoice = (choice: ToolChoice): unknown =>
  typeof choice === 'string' ? choice : { type: 'function', function: { name: choice.name } };
