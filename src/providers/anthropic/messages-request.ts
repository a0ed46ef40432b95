import type { Attempt } from '../../core/attempt.ts';
import { type ContentPart, type Message, messageText, type Parameters, type Tool } from '../../core/request.ts';

/** The API wants an upper bound; this one when nobody gave any. */
const DEFAULT_MAX_TOKENS = 4096;

type Block = Readonly<Record<string, unknown>>;
interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: string | readonly Block[];
}

/** The body of `POST /v1/messages`. What the API has no word for (seed, penalties) is left out. */
export function messagesRequest(attempt: Attempt): object {
  const { model, messages, tools, parameters } = attempt;
  const system = messages.filter(isInstruction);
  return {
    model,
    max_tokens: parameters.max_tokens ?? DEFAULT_MAX_TOKENS,
    ...(system.length === 0 ? {} : { system: system.map(messageText).join('\n\n') }),
    messages: turnsOf(messages.filter((message) => !isInstruction(message))),
    ...(tools.length === 0 ? {} : { tools: tools.map(toolOf) }),
    ...sampling(parameters),
    ...toolChoice(parameters, tools),
    stream: true,
  };
}

const isInstruction = ({ role }: Message): boolean => role === 'system' || role === 'developer';

/** Results of tools are the user's turn here, all those of one turn in one message. */
function turnsOf(messages: readonly Message[]): readonly Turn[] {
  const turns: Turn[] = [];
  let results: Block[] | null = null;
  for (const message of messages) {
    if (message.role === 'tool') {
      const block = { type: 'tool_result', tool_use_id: message.tool_call_id ?? '', content: message.content };
      if (results === null) {
        results = [block];
        turns.push({ role: 'user', content: results });
      } else {
        results.push(block);
      }
      continue;
    }
    if (message.role === 'user' && results !== null) {
      results.push(...blocksOf(message.content));
      continue;
    }
    results = null;
    turns.push(message.role === 'assistant' ? assistantTurn(message) : { role: 'user', content: contentOf(message) });
  }
  return turns;
}

function assistantTurn(message: Message): Turn {
  const { tool_calls = [] } = message;
  if (tool_calls.length === 0) return { role: 'assistant', content: contentOf(message) };
  const uses = tool_calls.map(({ id, name, arguments: text }) => ({
    type: 'tool_use',
    id,
    name,
    input: inputOf(text),
  }));
  return { role: 'assistant', content: [...blocksOf(message.content), ...uses] };
}

const contentOf = ({ content }: Message): string | readonly ContentPart[] => content;

function blocksOf(content: Message['content']): readonly Block[] {
  if (typeof content !== 'string') return content;
  return content === '' ? [] : [{ type: 'text', text: content }];
}

/** Arguments as an object; the API takes nothing else, also where a model had written them wrong. */
function inputOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below.
  }
  return { arguments: text };
}

const toolOf = ({ name, description, parameters }: Tool): object => ({
  name,
  ...(description === undefined ? {} : { description }),
  input_schema: parameters ?? { type: 'object', properties: {} },
});

function sampling({ temperature, top_p, top_k, stop }: Parameters): object {
  const given = { temperature, top_p, top_k, stop_sequences: stop };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function toolChoice({ tool_choice, parallel_tool_calls }: Parameters, tools: readonly Tool[]): object {
  if (tools.length === 0 || (tool_choice === undefined && parallel_tool_calls !== false)) return {};
  const choice = tool_choice ?? 'auto';
  const single = parallel_tool_calls === false && choice !== 'none' ? { disable_parallel_tool_use: true } : {};
  if (typeof choice === 'object') return { tool_choice: { type: 'tool', name: choice.name, ...single } };
  return { tool_choice: { type: choice === 'required' ? 'any' : choice, ...single } };
}
