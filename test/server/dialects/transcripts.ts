import type { ServerResponse } from 'node:http';

/** What an upstream of OpenAI's dialect sends, event by event. */
export const CHAT: readonly string[] = [
  'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-x","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}\n\n',
  'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-x","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"content":"Grüße, "},"logprobs":{"content":[{"token":"Gr","logprob":-1}]},"finish_reason":null}]}\n\n',
  ': a comment\n\n',
  'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-x","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"content":"漢字 👩‍💻","annotations":[{"type":"x"}]},"finish_reason":null}]}\r\n\r\n',
  'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":"{\\"a\\":"}}]},"finish_reason":null}]}\n\n',
  'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-x","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"g","arguments":"{}"}},{"index":0,"function":{"arguments":"1}"}}]},"finish_reason":null}]}\n\n',
  'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-x","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}\n\n',
  'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"gpt-x","choices":[],"usage":{"prompt_tokens":10,"completion_tokens":5,"total_tokens":15,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":2}}}\n\n',
  'data: [DONE]\n\n',
];

const event = (data: { readonly type: string; readonly [field: string]: unknown }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

const USAGE = { input_tokens: 6, cache_read_input_tokens: 4, cache_creation_input_tokens: 0, service_tier: 'standard' };

/** The same of Anthropic's. */
export const MESSAGES: readonly string[] = [
  event({
    type: 'message_start',
    message: {
      id: 'm1',
      type: 'message',
      role: 'assistant',
      model: 'claude-x',
      content: [],
      stop_reason: null,
      usage: { ...USAGE, output_tokens: 1 },
    },
  }),
  event({ type: 'ping' }),
  event({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } }),
  event({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Let me ' } }),
  event({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'see: 漢字' } }),
  event({ type: 'content_block_delta', index: 0, delta: { type: 'signature_delta', signature: 'sig==' } }),
  event({ type: 'content_block_stop', index: 0 }),
  event({ type: 'content_block_start', index: 1, content_block: { type: 'redacted_thinking', data: 'xyz' } }),
  event({ type: 'content_block_stop', index: 1 }),
  event({ type: 'content_block_start', index: 2, content_block: { type: 'text', text: '' } }),
  event({ type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: 'Grüße, ' } }),
  event({ type: 'content_block_delta', index: 2, delta: { type: 'text_delta', text: '👩‍💻' } }),
  event({ type: 'content_block_delta', index: 2, delta: { type: 'citations_delta', citation: { cited_text: 'x' } } }),
  event({ type: 'content_block_stop', index: 2 }),
  event({
    type: 'content_block_start',
    index: 3,
    content_block: { type: 'server_tool_use', id: 's1', name: 'web_search', input: {} },
  }),
  event({ type: 'content_block_delta', index: 3, delta: { type: 'input_json_delta', partial_json: '{"q":"x"}' } }),
  event({ type: 'content_block_stop', index: 3 }),
  event({ type: 'content_block_start', index: 4, content_block: { type: 'tool_use', id: 't1', name: 'f', input: {} } }),
  event({ type: 'content_block_delta', index: 4, delta: { type: 'input_json_delta', partial_json: '{"a":' } }),
  event({ type: 'content_block_delta', index: 4, delta: { type: 'input_json_delta', partial_json: '1}' } }),
  event({ type: 'content_block_stop', index: 4 }),
  event({
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null, container: { id: 'k' } },
    usage: { ...USAGE, output_tokens: 9 },
  }),
  event({ type: 'message_stop' }),
];

/** Sends a transcript as it is, in one write or cut at these bytes. */
export function sendStream(
  response: ServerResponse,
  transcript: readonly string[],
  cuts: readonly number[] = [],
): void {
  const bytes = Buffer.from(transcript.join(''));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const places = [...new Set(cuts.map((cut) => cut % bytes.length))].sort((a, b) => a - b);
  for (const [at, place] of [...places, bytes.length].entries()) {
    response.write(bytes.subarray(at === 0 ? 0 : places[at - 1]!, place));
  }
  response.end();
}
