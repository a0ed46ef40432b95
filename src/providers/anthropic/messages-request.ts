import type { Attempt } from '../../core/attempt.ts';
import type { NativeFields } from '../../core/native.ts';
import { type ContentPart, type Message, messageText, type Parameters, type Tool } from '../../core/request.ts';
import { fromOpenAi } from './messages-translation.ts';

/** The API wants an upper bound; this one when nobody gave any. */
const DEFAULT_MAX_TOKENS = 4096;

type Block = Readonly<Record<string, unknown>>;
interface Turn {
  readonly role: 'user' | 'assistant';
  readonly content: string | readonly Block[];
}

/**
 * The body of `POST /v1/messages`. What the API has no word for (seed, penalties) is left out, unless a caller said it in
 * another dialect: then it is refused, with `request_invalid`.
 */
export function messagesRequest(attempt: Attempt, stream: boolean): object {
  const { model, parameters } = attempt;
  const { native } = parameters;
  const { messages, tools, fields } = native?.dialect === 'openai' ? fromOpenAi(attempt, native) : attempted(attempt);
  const system = messages.filter(isInstruction);
  return {
    ...fields,
    model,
    max_tokens: parameters.max_tokens ?? DEFAULT_MAX_TOKENS,
    ...(system.length === 0 ? {} : { system: systemOf(system) }),
    messages: turnsOf(messages.filter((message) => !isInstruction(message))),
    ...(tools.length === 0 ? {} : { tools: tools.map(toolOf) }),
    ...sampling(parameters),
    ...toolChoice(parameters, tools),
    ...(stream ? { stream } : {}),
  };
}

const attempted = ({ messages, tools, parameters: { native } }: Attempt) => ({
  messages,
  tools,
  fields: native?.fields ?? {},
});

/** One text; or blocks, where a caller gave blocks that say more than their text. */
function systemOf(messages: readonly Message[]): string | readonly Block[] {
  const plain = messages.every(({ content }) => typeof content === 'string' || content.every(isPlain));
  if (plain) return messages.map(messageText).join('\n\n');
  return messages.flatMap(({ content }) => blocksOf(content));
}

const isPlain = (part: ContentPart): boolean => part.type === 'text' && Object.keys(part).length === 2;

const isInstruction = ({ role }: Message): boolean => role === 'system' || role === 'developer';

/** Results of tools are the user's turn here, all those of one turn in one message. */
function turnsOf(messages: readonly Message[]): readonly Turn[] {
  const turns: Turn[] = [];
  let results: Block[] | null = null;
  for (const message of messages) {
    if (message.role === 'tool') {
      const block = {
        type: 'tool_result',
        tool_use_id: message.tool_call_id ?? '',
        content: message.content,
        ...message.extra,
      };
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
  const { tool_calls = [], content } = message;
  if (tool_calls.length === 0) return { role: 'assistant', content: contentOf(message) };
  // A caller of this dialect has them in their places already.
  const placed = typeof content === 'string' ? [] : content.filter(({ type }) => type === 'tool_use');
  const loose = tool_calls.filter(({ id }) => !placed.some((block) => (block as NativeFields)['id'] === id));
  const uses = loose.map(({ id, name, arguments: text }) => ({
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

/** A tool that the service itself has (its `type` says which) takes no schema. */
const toolOf = ({ name, description, parameters, extra }: Tool): object => ({
  name,
  ...(description === undefined ? {} : { description }),
  ...(parameters === undefined && extra?.['type'] !== undefined
    ? {}
    : { input_schema: parameters ?? { type: 'object', properties: {} } }),
  ...extra,
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
