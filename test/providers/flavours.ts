import type { HttpKindName } from '../support/provider-call.ts';

/** An API as a test's upstream speaks it. */
export interface Flavour {
  readonly name: string;
  readonly kind: HttpKindName;
  /** Put behind the upstream's address. */
  readonly basePath: string;
  readonly path: string;
  readonly contentType: string;
  /** The prompt, as it stands in the body that the upstream gets. */
  // biome-ignore lint/suspicious/noExplicitAny: a body of JSON
  readonly promptIn: (body: any) => unknown;
  readonly before: (prompt: string) => string;
  readonly piece: (text: string, soFar: string) => string;
  readonly after: string;
  readonly whole: (text: string) => unknown;
  /** What the API sends that is no token. */
  readonly keepAlive: string;
  readonly errorEvent: string;
  /** Whether the stream has a mark at its end, and counts tokens. */
  readonly terminated: boolean;
  readonly counts: boolean;
  readonly tools: boolean;
}

const data = (document: unknown): string => `data: ${JSON.stringify(document)}\n\n`;
const named = (document: { type: string }): string => `event: ${document.type}\n${data(document)}`;

const chat = (kind: HttpKindName, name: string): Flavour => ({
  name,
  kind,
  basePath: '/v1',
  path: '/v1/chat/completions',
  contentType: 'text/event-stream',
  promptIn: ({ messages }) => messages,
  before: () => data({ model: 'm-1', choices: [{ index: 0, delta: { role: 'assistant', content: '' } }] }),
  piece: (text) => data({ model: 'm-1', choices: [{ index: 0, delta: { content: text }, finish_reason: null }] }),
  after: `${data({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] })}${data({
    choices: [],
    usage: { prompt_tokens: 11, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 4 } },
  })}data: [DONE]\n\n`,
  whole: (text) => ({
    model: 'm-1',
    choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 11, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 4 } },
  }),
  keepAlive: ': keep-alive\n\n',
  errorEvent: data({ error: { message: 'The engine is overloaded', type: 'overloaded_error', code: null } }),
  terminated: true,
  counts: true,
  tools: true,
});

const anthropic: Flavour = {
  name: 'anthropic',
  kind: 'anthropic',
  basePath: '',
  path: '/v1/messages',
  contentType: 'text/event-stream',
  promptIn: ({ messages }) => messages,
  before: () =>
    named({
      type: 'message_start',
      message: { model: 'm-1', usage: { input_tokens: 7, cache_read_input_tokens: 4, output_tokens: 1 } },
    } as never) + named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as never),
  piece: (text) => named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } } as never),
  after:
    named({ type: 'content_block_stop', index: 0 } as never) +
    named({ type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 7 } } as never) +
    named({ type: 'message_stop' }),
  whole: (text) => ({
    type: 'message',
    model: 'm-1',
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 7, cache_read_input_tokens: 4, output_tokens: 7 },
  }),
  keepAlive: named({ type: 'ping' }),
  errorEvent: named({ type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } } as never),
  terminated: true,
  counts: true,
  tools: true,
};

const llamaCpp: Flavour = {
  name: 'llama.cpp /completion',
  kind: 'llama_cpp',
  basePath: '',
  path: '/completion',
  contentType: 'text/event-stream',
  promptIn: ({ prompt }) => prompt,
  before: () => '',
  piece: (text) => data({ content: text, stop: false }),
  after: data({
    content: '',
    stop: true,
    stop_type: 'eos',
    model: 'm-1',
    tokens_evaluated: 11,
    tokens_predicted: 7,
    tokens_cached: 18,
    timings: { prompt_n: 7 },
  }),
  whole: (text) => ({
    content: text,
    stop: true,
    stop_type: 'eos',
    model: 'm-1',
    tokens_evaluated: 11,
    tokens_predicted: 7,
    tokens_cached: 18,
    timings: { prompt_n: 7 },
  }),
  keepAlive: ': keep-alive\n\n',
  errorEvent: `event: error\n${data({ code: 503, message: 'Loading model', type: 'unavailable_error' })}`,
  terminated: true,
  counts: true,
  tools: false,
};

const vllm: Flavour = {
  name: 'vllm /generate',
  kind: 'vllm',
  basePath: '',
  path: '/generate',
  contentType: 'text/plain',
  promptIn: ({ prompt }) => prompt,
  before: () => '',
  piece: (text, soFar) => `${JSON.stringify({ text: [`hi${soFar}${text}`] })}\n`,
  after: '',
  whole: (text) => ({ text: [`hi${text}`] }),
  keepAlive: '\n',
  errorEvent: `${JSON.stringify({ error: { message: 'Engine overloaded', code: 503 } })}\n`,
  terminated: false,
  counts: false,
  tools: false,
};

export const FLAVOURS: readonly Flavour[] = [
  chat('open_ai', 'openai'),
  anthropic,
  llamaCpp,
  chat('llama_cpp', 'llama.cpp /v1'),
  vllm,
  chat('vllm', 'vllm /v1'),
];

/** The pieces of a whole streamed answer to `hi`. */
export function answerOf(flavour: Flavour, texts: readonly string[]): string[] {
  let soFar = '';
  const pieces = texts.map((text) => {
    const piece = flavour.piece(text, soFar);
    soFar += text;
    return piece;
  });
  return [flavour.before('hi'), ...pieces, flavour.after].filter((piece) => piece !== '');
}
