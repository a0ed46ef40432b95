import type { NativeAnswer, NativeFields } from '../../../core/native.ts';
import type { OutcomeRecord, Usage } from '../../../core/outcome.ts';
import type { ToolCall } from '../../../core/request.ts';

/** What all parts of one reply say of it. */
export interface ReplyHead {
  readonly id: string;
  readonly object: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
}

const REASONS = new Set(['stop', 'length', 'tool_calls', 'content_filter', 'function_call']);

/** Why an answer ended, in the words of this API. */
export function finishReason({ finish_reason = 'stop', tool_calls, native }: OutcomeRecord): string {
  if (openai(native)?.message['delta'] !== undefined && 'function_call' in (native!.message['delta'] as object)) {
    return 'function_call';
  }
  if (REASONS.has(finish_reason)) return finish_reason;
  return tool_calls === undefined ? 'stop' : 'tool_calls';
}

/** Tokens as this API counts them; those of its own provider as they came. */
export function usageOf({ usage, native }: OutcomeRecord): NativeFields | null {
  const own = openai(native)?.fields['usage'];
  if (typeof own === 'object' && own !== null) return own as NativeFields;
  return usage === undefined ? null : counted(usage);
}

function counted({ input_tokens, output_tokens, cache_read_tokens }: Usage): NativeFields {
  return {
    prompt_tokens: input_tokens,
    completion_tokens: output_tokens,
    total_tokens: input_tokens + output_tokens,
    ...(cache_read_tokens === undefined ? {} : { prompt_tokens_details: { cached_tokens: cache_read_tokens } }),
  };
}

/** What a provider of this dialect said of its answer as a whole. */
export function aboutOf({ native }: OutcomeRecord): NativeFields {
  const { usage: _usage, ...rest } = openai(native)?.fields ?? {};
  return rest;
}

export const toolCallOf = ({ id, name, arguments: text }: ToolCall) => ({
  id,
  type: 'function',
  function: { name, arguments: text },
});

/** A whole chat completion. */
export function chatCompletion(head: ReplyHead, record: OutcomeRecord): object {
  const { output = '', tool_calls } = record;
  const { delta = {}, ...beside } = openai(record.native)?.message ?? {};
  const said = delta as NativeFields;
  const message = {
    role: 'assistant',
    content: output === '' && (tool_calls !== undefined || Object.keys(said).length > 0) ? null : output,
    refusal: null,
    ...said,
    ...(tool_calls === undefined ? {} : { tool_calls: tool_calls.map(toolCallOf) }),
  };
  return {
    ...head,
    choices: [{ index: 0, message, logprobs: null, ...beside, finish_reason: finishReason(record) }],
    usage: usageOf(record),
    ...aboutOf(record),
  };
}

/** A whole plain completion. */
export function textCompletion(head: ReplyHead, record: OutcomeRecord): object {
  const choice = { index: 0, text: record.output ?? '', logprobs: null, finish_reason: finishReason(record) };
  return { ...head, choices: [choice], usage: usageOf(record) };
}

const openai = (native: NativeAnswer | undefined): NativeAnswer | null =>
  native?.dialect === 'openai' ? native : null;
