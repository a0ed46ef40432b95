import type { NativeAnswer, NativeFields } from '../../../core/native.ts';
import type { OutcomeRecord, Usage } from '../../../core/outcome.ts';
import type { ToolCall } from '../../../core/request.ts';

const REASONS: Readonly<Record<string, string>> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
};

/** What a provider of this dialect said; null for another's answer. */
const nativeOf = ({ native }: OutcomeRecord): NativeAnswer | null => (native?.dialect === 'anthropic' ? native : null);

/** How the answer ended, as fields of a message or a `message_delta`. */
export function endOf(record: OutcomeRecord): NativeFields {
  const own = nativeOf(record)?.fields;
  if (own !== undefined) {
    const { usage: _usage, ...rest } = own;
    return { stop_sequence: null, ...rest };
  }
  return { stop_reason: REASONS[record.finish_reason ?? 'stop'] ?? 'end_turn', stop_sequence: null };
}

/** Tokens as this API counts them; those of its own provider as they came. */
export function usageOf(record: OutcomeRecord): NativeFields {
  const own = nativeOf(record)?.fields['usage'];
  if (typeof own === 'object' && own !== null) return own as NativeFields;
  return counted(record.usage ?? { input_tokens: 0, output_tokens: 0, estimated: true });
}

/** What came from or went to the cache is no part of the input here. */
function counted({ input_tokens, output_tokens, cache_read_tokens, cache_write_tokens }: Usage): NativeFields {
  return {
    input_tokens: Math.max(0, input_tokens - (cache_read_tokens ?? 0) - (cache_write_tokens ?? 0)),
    output_tokens,
    ...(cache_read_tokens === undefined ? {} : { cache_read_input_tokens: cache_read_tokens }),
    ...(cache_write_tokens === undefined ? {} : { cache_creation_input_tokens: cache_write_tokens }),
  };
}

/** @param id of the request that this answers */
export const messageHead = (id: string, model: string) => ({
  id: `msg_${id}`,
  type: 'message' as const,
  role: 'assistant' as const,
  model,
});

/** A whole message. */
export function messageReply(model: string, record: OutcomeRecord): object {
  return { ...messageHead(record.id, model), content: contentOf(record), ...endOf(record), usage: usageOf(record) };
}

/** The blocks as they came, where nothing has changed their text since; or else as many as that takes. */
export function contentOf(record: OutcomeRecord): readonly NativeFields[] {
  const { output = '', tool_calls = [] } = record;
  const blocks = nativeOf(record)?.blocks ?? [];
  const said = blocks.map(({ type, text }) => (type === 'text' ? String(text) : '')).join('');
  if (blocks.length > 0 && said === output) return blocks;
  return [
    ...blocks.filter(({ type }) => type !== 'text' && type !== 'tool_use'),
    ...(output === '' ? [] : [{ type: 'text', text: output }]),
    ...tool_calls.map(toolUseOf),
  ];
}

const toolUseOf = ({ id, name, arguments: text }: ToolCall): NativeFields => ({
  type: 'tool_use',
  id,
  name,
  input: inputOf(text),
});

/** This API knows arguments as objects only, also where a model had written them wrong. */
function inputOf(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Told below.
  }
  return { arguments: text };
}
