import { expect, test } from 'vitest';
import type { PromptRequest } from '../../src/core/request.ts';
import { askOnce } from '../support/provider-call.ts';
import { events, json, Upstream } from '../support/upstream.ts';

const data = (document: unknown): string => `data: ${JSON.stringify(document)}\n\n`;
const chunk = (delta: object, finish_reason: string | null = null) =>
  data({ choices: [{ index: 0, delta, finish_reason }] });
const DONE = 'data: [DONE]\n\n';

const weather = {
  name: 'weather',
  description: 'The weather of a city.',
  parameters: { type: 'object', properties: {} },
};

/** A conversation in which tools were called, and their results came back. */
const CONVERSATION: PromptRequest = {
  id: 'r1',
  model: 'm',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'developer', content: 'No emoji.' },
    { role: 'user', content: 'Weather in Paris and Rome?' },
    {
      role: 'assistant',
      content: '',
      tool_calls: [
        { id: 'c1', name: 'weather', arguments: '{"city":"Paris"}' },
        { id: 'c2', name: 'weather', arguments: '{"city":' },
      ],
    },
    { role: 'tool', content: 'rain', tool_call_id: 'c1' },
    { role: 'tool', content: 'sun', tool_call_id: 'c2' },
    { role: 'user', content: 'Thanks.' },
  ],
  tools: [weather, { name: 'clock' }],
  parameters: { max_tokens: 10, tool_choice: { name: 'weather' }, parallel_tool_calls: false, seed: 7 },
};

test('OpenAI: conversation, tools and choices as its API has them', async () => {
  await using upstream = await Upstream.start(events(chunk({ content: 'ok' }) + DONE));
  await askOnce('open_ai', { base_url: `${upstream.url}/v1` }, CONVERSATION);
  const call = (id: string, text: string) => ({ id, type: 'function', function: { name: 'weather', arguments: text } });
  expect(upstream.last.body).toEqual({
    model: 'm',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'developer', content: 'No emoji.' },
      { role: 'user', content: 'Weather in Paris and Rome?' },
      { role: 'assistant', content: null, tool_calls: [call('c1', '{"city":"Paris"}'), call('c2', '{"city":')] },
      { role: 'tool', content: 'rain', tool_call_id: 'c1' },
      { role: 'tool', content: 'sun', tool_call_id: 'c2' },
      { role: 'user', content: 'Thanks.' },
    ],
    tools: [
      { type: 'function', function: weather },
      { type: 'function', function: { name: 'clock' } },
    ],
    max_tokens: 10,
    tool_choice: { type: 'function', function: { name: 'weather' } },
    parallel_tool_calls: false,
    seed: 7,
    stream: true,
    stream_options: { include_usage: true },
  });
});

test('Anthropic: conversation, tools and choices as its API has them', async () => {
  await using upstream = await Upstream.start(
    json(200, { content: [{ type: 'text', text: 'ok' }], stop_reason: 'end_turn' }),
  );
  await askOnce('anthropic', { base_url: upstream.url }, CONVERSATION);
  expect(upstream.last.body).toEqual({
    model: 'm',
    max_tokens: 10,
    system: 'Be brief.\n\nNo emoji.',
    messages: [
      { role: 'user', content: 'Weather in Paris and Rome?' },
      {
        role: 'assistant',
        content: [
          { type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Paris' } },
          { type: 'tool_use', id: 'c2', name: 'weather', input: { arguments: '{"city":' } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'c1', content: 'rain' },
          { type: 'tool_result', tool_use_id: 'c2', content: 'sun' },
          { type: 'text', text: 'Thanks.' },
        ],
      },
    ],
    tools: [
      { name: 'weather', description: 'The weather of a city.', input_schema: { type: 'object', properties: {} } },
      { name: 'clock', input_schema: { type: 'object', properties: {} } },
    ],
    tool_choice: { type: 'tool', name: 'weather', disable_parallel_tool_use: true },
    stream: true,
  });
});

test('Anthropic wants an upper bound, and gets one', async () => {
  await using upstream = await Upstream.start(json(200, { content: [] }));
  await askOnce('anthropic', { base_url: `${upstream.url}/v1` });
  expect(upstream.last).toMatchObject({
    path: '/v1/messages',
    headers: { 'anthropic-version': '2023-06-01' },
    body: { max_tokens: 4096, messages: [{ role: 'user', content: 'hi' }] },
  });
});

test('OpenAI: streamed calls are put together by index, in whatever order they come', async () => {
  const call = (index: number, more: object) => chunk({ tool_calls: [{ index, ...more }] });
  await using upstream = await Upstream.start(
    events(
      [
        call(1, { id: 'c2', type: 'function', function: { name: 'clock', arguments: '' } }),
        call(0, { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"ci' } }),
        call(0, { function: { arguments: 'ty":"Rome"}' } }),
        // Some servers repeat id and name.
        call(1, { id: 'c2', function: { name: 'clock', arguments: '{}' } }),
        chunk({}, 'tool_calls'),
        DONE,
      ].join(''),
    ),
  );
  expect(await askOnce('open_ai', { base_url: upstream.url })).toMatchObject({
    error: null,
    text: '',
    finishReason: 'tool_calls',
    toolCalls: [
      { id: 'c1', name: 'weather', arguments: '{"city":"Rome"}' },
      { id: 'c2', name: 'clock', arguments: '{}' },
    ],
  });
  expect(upstream.last.path).toBe('/v1/chat/completions');
});

test('Anthropic: text and streamed calls, each in its block', async () => {
  const block = (index: number, type: string, more: object) => data({ type, index, ...more });
  const piece = (index: number, partial_json: string) =>
    block(index, 'content_block_delta', { delta: { type: 'input_json_delta', partial_json } });
  await using upstream = await Upstream.start(
    events(
      [
        data({
          type: 'message_start',
          message: { model: 'm', usage: { input_tokens: 5, cache_creation_input_tokens: 2 } },
        }),
        block(0, 'content_block_start', { content_block: { type: 'thinking', thinking: '' } }),
        block(0, 'content_block_delta', { delta: { type: 'thinking_delta', thinking: 'Hm.' } }),
        block(1, 'content_block_start', { content_block: { type: 'text', text: '' } }),
        block(1, 'content_block_delta', { delta: { type: 'text_delta', text: 'Let me look.' } }),
        block(2, 'content_block_start', { content_block: { type: 'tool_use', id: 'c1', name: 'weather', input: {} } }),
        block(3, 'content_block_start', { content_block: { type: 'tool_use', id: 'c2', name: 'clock', input: {} } }),
        piece(2, '{"city":'),
        piece(2, '"Rome"}'),
        data({ type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 9 } }),
        data({ type: 'message_stop' }),
        data({ type: 'message_stop' }),
      ].join(''),
    ),
  );
  const job = await askOnce('anthropic', { base_url: upstream.url });
  expect(job).toMatchObject({
    error: null,
    text: 'Let me look.',
    finishReason: 'tool_calls',
    toolCalls: [
      { id: 'c1', name: 'weather', arguments: '{"city":"Rome"}' },
      { id: 'c2', name: 'clock', arguments: '{}' },
    ],
  });
  expect(job.usage).toEqual({
    ...{ input_tokens: 7, output_tokens: 9, estimated: false },
    ...{ cache_read_tokens: 0, cache_write_tokens: 2 },
  });
});

test('calls in an answer of one piece', async () => {
  const function_ = { name: 'weather', arguments: '{"city":"Rome"}' };
  const message = { content: null, tool_calls: [{ id: 'c1', type: 'function', function: function_ }] };
  const block = { type: 'tool_use', id: 'c1', name: 'weather', input: { city: 'Rome' } };
  await using openAi = await Upstream.start(json(200, { choices: [{ message, finish_reason: 'tool_calls' }] }));
  await using anthropic = await Upstream.start(json(200, { content: [block], stop_reason: 'tool_use' }));
  for (const job of [
    await askOnce('open_ai', { base_url: openAi.url }),
    await askOnce('anthropic', { base_url: anthropic.url }),
  ]) {
    expect(job).toMatchObject({
      error: null,
      finishReason: 'tool_calls',
      toolCalls: [{ id: 'c1', ...function_ }],
    });
  }
});

test('fault 15: arguments that are no JSON, calls without id, pieces twice, usage missing: kept as they came', async () => {
  await using upstream = await Upstream.start(
    events(
      [
        chunk({ role: 'assistant' }),
        chunk({ role: 'assistant', content: 'a' }),
        data({ choices: [] }),
        data({ choices: [{ index: 1, delta: { content: 'another answer' } }] }),
        chunk({ content: null }),
        chunk({ tool_calls: [{ function: { name: 'weather', arguments: '{"city": Rome' } }] }),
        data({ usage: { prompt_tokens: -3, completion_tokens: 'many' } }),
        data(null),
        data([]),
        chunk({}, 'tool_calls'),
        chunk({}, 'tool_calls'),
        DONE,
        DONE,
        chunk({ content: 'after the end' }),
      ].join(''),
    ),
  );
  const job = await askOnce('open_ai', { base_url: upstream.url });
  expect(job).toMatchObject({
    error: null,
    text: 'a',
    toolCalls: [{ id: 'call_0', name: 'weather', arguments: '{"city": Rome' }],
  });
  expect(job.usage).toMatchObject({ estimated: true });
});

test('fault 15: a piece that is no JSON ends the answer, and what came before is kept', async () => {
  await using upstream = await Upstream.start(events(`${chunk({ content: 'a' })}data: {"choices":[{"del\n\n${DONE}`));
  const job = await askOnce('open_ai', { base_url: upstream.url });
  expect(job.error).toMatchObject({ code: 'provider_protocol', message: expect.stringContaining('not JSON') });
  expect(job.text).toBe('a');
});

test('llama.cpp and vLLM: several messages become a transcript; lengths have their own names', async () => {
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'hi' },
  ] as const;
  const request: PromptRequest = { id: 'r', messages, parameters: { max_tokens: 3, seed: 1 } };
  await using llama = await Upstream.start(json(200, { content: 'x', stop: true, stop_type: 'limit' }));
  await using vllm = await Upstream.start(json(200, { text: ['x'] }));
  expect((await askOnce('llama_cpp', { base_url: llama.url }, request)).finishReason).toBe('length');
  await askOnce('vllm', { base_url: vllm.url }, request);
  const prompt = 'System: Be brief.\n\nUser: hi\n\nAssistant:';
  expect(llama.last.body).toEqual({ prompt, n_predict: 3, seed: 1, stream: true });
  expect(vllm.last.body).toEqual({ prompt, max_tokens: 3, seed: 1, stream: true });
});

test('a server that was started with a model is not asked for another', async () => {
  await using upstream = await Upstream.start(events(chunk({ content: 'ok' }) + DONE));
  const base_url = `${upstream.url}/v1`;
  await askOnce('vllm', { base_url });
  expect(upstream.last.body).not.toHaveProperty('model');
  await askOnce('vllm', { base_url, model: 'qwen' });
  expect(upstream.last.body).toHaveProperty('model', 'qwen');
});
