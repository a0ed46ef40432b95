import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Upstream } from '../../support/upstream.ts';
import { CHAT, MESSAGES, sendStream } from './transcripts.ts';
import { type Gateway, postJson, startGateway } from './upstreams.ts';

// What an upstream gets of a request in its own dialect, and in the other one.

const upstreams = {} as Record<'open_ai' | 'anthropic', Upstream>;
const gateways = {} as Record<'open_ai' | 'anthropic', Gateway>;
beforeAll(async () => {
  upstreams.open_ai = await Upstream.start((response) => sendStream(response, CHAT));
  upstreams.anthropic = await Upstream.start((response) => sendStream(response, MESSAGES));
  for (const kind of ['open_ai', 'anthropic'] as const) gateways[kind] = await startGateway(kind, upstreams[kind].url);
}, 60_000);
afterAll(async () => {
  for (const gateway of Object.values(gateways)) await gateway[Symbol.asyncDispose]();
  for (const upstream of Object.values(upstreams)) await upstream[Symbol.asyncDispose]();
});

const chat = (kind: keyof typeof gateways, body: object) =>
  postJson(gateways[kind], '/v1/chat/completions', {
    model: 'm',
    messages: [{ role: 'user', content: 'hi' }],
    ...body,
  });

const messages = (kind: keyof typeof gateways, body: object, headers: Record<string, string> = {}) =>
  postJson(
    gateways[kind],
    '/v1/messages',
    { model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }], ...body },
    headers,
  );

const CALL = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } };
const IMAGE = 'data:image/png;base64,iVBORw0KGgo=';
const PDF = 'data:application/pdf;base64,JVBERi0=';

describe('its own dialect', () => {
  test('OpenAI: everything arrives as it was sent, also what nobody here knows', async () => {
    const body = {
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          name: 'ann',
          content: [
            { type: 'text', text: 'Look:' },
            { type: 'image_url', image_url: { url: IMAGE, detail: 'low' } },
          ],
        },
        { role: 'assistant', content: null, tool_calls: [CALL] },
        { role: 'tool', tool_call_id: 'call_1', content: '7' },
      ],
      tools: [
        { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } },
        { type: 'custom', custom: { name: 'c' } },
      ],
      tool_choice: { type: 'function', function: { name: 'f' } },
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' } } },
      temperature: 0.5,
      stop: ['x'],
      seed: 7,
      logprobs: true,
      top_logprobs: 2,
      user: 'u',
      invented: { deep: [1] },
    };
    expect((await chat('open_ai', { ...body, max_completion_tokens: 33 })).status).toBe(200);
    expect(upstreams.open_ai.last.body).toEqual({
      model: 'm',
      ...body,
      max_tokens: 33,
    });
  });

  test('OpenAI: what the answer has beside text comes back', async () => {
    const { body, headers } = await chat('open_ai', { n: 1 });
    expect(body).toMatchObject({
      object: 'chat.completion',
      model: 'gpt-x',
      system_fingerprint: 'fp_1',
      choices: [
        {
          index: 0,
          finish_reason: 'tool_calls',
          logprobs: { content: [{ token: 'Gr', logprob: -1 }] },
          message: {
            role: 'assistant',
            content: 'Grüße, 漢字 👩‍💻',
            annotations: [{ type: 'x' }],
            tool_calls: [CALL, { id: 'call_2', type: 'function', function: { name: 'g', arguments: '{}' } }],
          },
        },
      ],
      usage: {
        prompt_tokens: 10,
        prompt_tokens_details: { cached_tokens: 4 },
        completion_tokens_details: { reasoning_tokens: 2 },
      },
    });
    expect(headers.get('x-orchestrator-provider')).toBe('up');
    expect(headers.get('x-orchestrator-source')).toBe('model');
  });

  test('Anthropic: everything arrives as it was sent, betas included', async () => {
    const body = {
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look:' },
            { type: 'image', source: { type: 'url', url: 'https://x.example/a.png' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'hm', signature: 's' },
            { type: 'text', text: 'I call.' },
            { type: 'tool_use', id: 't1', name: 'f', input: { a: 1 }, cache_control: { type: 'ephemeral' } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't1', content: 'no', is_error: true },
            { type: 'text', text: 'Go on.' },
          ],
        },
      ],
      tools: [
        { name: 'f', description: 'd', input_schema: { type: 'object' }, cache_control: { type: 'ephemeral' } },
        { name: 'web_search', type: 'web_search_20250305', max_uses: 2 },
      ],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      thinking: { type: 'enabled', budget_tokens: 1024 },
      metadata: { user_id: 'u' },
      stop_sequences: ['x'],
      top_k: 3,
      invented: { deep: [1] },
    };
    expect((await messages('anthropic', body, { 'anthropic-beta': 'b1,b2' })).status).toBe(200);
    expect(upstreams.anthropic.last.body).toEqual({ model: 'm', max_tokens: 9, ...body });
    expect(upstreams.anthropic.last.headers['anthropic-beta']).toBe('b1,b2');
  });

  test('Anthropic: all blocks come back, in order', async () => {
    const { body } = await messages('anthropic', {});
    expect(body).toMatchObject({ type: 'message', model: 'claude-x', stop_reason: 'tool_use', container: { id: 'k' } });
    expect(body.content).toEqual([
      { type: 'thinking', thinking: 'Let me see: 漢字', signature: 'sig==' },
      { type: 'redacted_thinking', data: 'xyz' },
      { type: 'text', text: 'Grüße, 👩‍💻', citations: [{ cited_text: 'x' }] },
      { type: 'server_tool_use', id: 's1', name: 'web_search', input: { q: 'x' } },
      { type: 'tool_use', id: 't1', name: 'f', input: { a: 1 } },
    ]);
    expect(body.usage).toEqual({
      input_tokens: 6,
      cache_read_input_tokens: 4,
      cache_creation_input_tokens: 0,
      service_tier: 'standard',
      output_tokens: 9,
    });
  });
});

describe('the other dialect', () => {
  test('OpenAI to Anthropic: tools, images, documents, formats, efforts and users are said in its words', async () => {
    const { status, body } = await chat('anthropic', {
      messages: [
        { role: 'system', content: 'One.' },
        { role: 'developer', content: 'Two.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look:' },
            { type: 'image_url', image_url: { url: IMAGE } },
            { type: 'image_url', image_url: { url: 'https://x.example/a.png' } },
            { type: 'file', file: { filename: 'a.pdf', file_data: PDF } },
          ],
        },
        { role: 'assistant', content: null, tool_calls: [CALL] },
        { role: 'tool', tool_call_id: 'call_1', content: '7' },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' }, strict: true } }],
      tool_choice: 'required',
      parallel_tool_calls: false,
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' } } },
      reasoning_effort: 'low',
      user: 'u',
      max_tokens: 33,
      presence_penalty: 0,
      logprobs: false,
    });
    expect(status).toBe(200);
    expect(upstreams.anthropic.last.body).toEqual({
      model: 'm',
      max_tokens: 33,
      system: 'One.\n\nTwo.',
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look:' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } },
            { type: 'image', source: { type: 'url', url: 'https://x.example/a.png' } },
            {
              type: 'document',
              title: 'a.pdf',
              source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
            },
          ],
        },
        { role: 'assistant', content: [{ type: 'tool_use', id: 'call_1', name: 'f', input: { a: 1 } }] },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_1', content: '7' }] },
      ],
      tools: [{ name: 'f', input_schema: { type: 'object' }, strict: true }],
      tool_choice: { type: 'any', disable_parallel_tool_use: true },
      output_config: { format: { type: 'json_schema', schema: { type: 'object' } }, effort: 'low' },
      metadata: { user_id: 'u' },
    });
    expect(body.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: 'Grüße, 👩‍💻', tool_calls: [{ id: 't1', function: { name: 'f', arguments: '{"a":1}' } }] },
    });
    expect(body.usage).toEqual({
      prompt_tokens: 10,
      completion_tokens: 9,
      total_tokens: 19,
      prompt_tokens_details: { cached_tokens: 4 },
    });
  });

  test('Anthropic to OpenAI: tools, images, failed results and efforts are said in its words', async () => {
    const { status, body } = await messages('open_ai', {
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      messages: [
        {
          role: 'user',
          content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0KGgo=' } }],
        },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'I call.' },
            { type: 'tool_use', id: 't1', name: 'f', input: { a: 1 } },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 't1', content: 'no', is_error: true },
            { type: 'text', text: 'Go on.' },
          ],
        },
      ],
      tools: [{ name: 'f', input_schema: { type: 'object' } }],
      tool_choice: { type: 'tool', name: 'f' },
      metadata: { user_id: 'u' },
      thinking: { type: 'disabled' },
      output_config: { effort: 'high' },
    });
    expect(status).toBe(200);
    expect(upstreams.open_ai.last.body).toEqual({
      model: 'm',
      max_tokens: 9,
      messages: [
        { role: 'system', content: [{ type: 'text', text: 'Be brief.' }] },
        { role: 'user', content: [{ type: 'image_url', image_url: { url: IMAGE } }] },
        {
          role: 'assistant',
          content: [{ type: 'text', text: 'I call.' }],
          tool_calls: [CALL].map((call) => ({ ...call, id: 't1' })),
        },
        { role: 'tool', tool_call_id: 't1', content: 'Error: no' },
        { role: 'user', content: [{ type: 'text', text: 'Go on.' }] },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
      tool_choice: { type: 'function', function: { name: 'f' } },
      user: 'u',
      reasoning_effort: 'high',
    });
    expect(body.content).toEqual([
      { type: 'text', text: 'Grüße, 漢字 👩‍💻' },
      { type: 'tool_use', id: 'call_1', name: 'f', input: { a: 1 } },
      { type: 'tool_use', id: 'call_2', name: 'g', input: {} },
    ]);
    expect(body.usage).toEqual({
      input_tokens: 6,
      output_tokens: 5,
      cache_read_input_tokens: 4,
      cache_creation_input_tokens: 0,
    });
  });

  test.each([
    [{ logprobs: true }, 'logprobs'],
    [{ seed: 7 }, 'seed'],
    [{ presence_penalty: 1 }, 'presence_penalty'],
    [{ logit_bias: { 5: 1 } }, 'logit_bias'],
    [{ response_format: { type: 'json_object' } }, 'response_format.type'],
    [{ reasoning_effort: 'minimal' }, 'reasoning_effort'],
    [{ invented: 1 }, 'invented'],
    [{ messages: [{ role: 'user', name: 'ann', content: 'x' }] }, 'messages.0.name'],
    [
      { messages: [{ role: 'user', content: [{ type: 'input_audio', input_audio: {} }] }] },
      'messages.0.content.0.input_audio',
    ],
    [{ tools: [{ type: 'custom', custom: { name: 'c' } }] }, 'tools.0.type'],
  ])('OpenAI to Anthropic: what cannot be said is named: %j', async (body, param) => {
    const before = upstreams.anthropic.received.length;
    const { status, body: reply } = await chat('anthropic', body);
    expect(status).toBe(400);
    expect(reply.error).toMatchObject({ type: 'invalid_request_error', code: 'request_invalid', param });
    expect(upstreams.anthropic.received.length).toBe(before);
  });

  test.each([
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, 'thinking'],
    [{ container: 'c' }, 'container'],
    [{ tools: [{ name: 'web_search', type: 'web_search_20250305' }] }, 'tools.0.type'],
    [
      { messages: [{ role: 'assistant', content: [{ type: 'thinking', thinking: 'x', signature: 's' }] }] },
      'messages.0.content.0.thinking',
    ],
    [
      {
        messages: [
          { role: 'user', content: [{ type: 'document', source: { type: 'url', url: 'https://x.example' } }] },
        ],
      },
      'messages.0.content.0.source',
    ],
    [{ output_config: { effort: 'max' } }, 'output_config.effort'],
  ])('Anthropic to OpenAI: what cannot be said is named: %j', async (body, param) => {
    const { status, body: reply } = await messages('open_ai', body);
    expect(status).toBe(400);
    expect(reply).toMatchObject({ type: 'error', error: { type: 'invalid_request_error', param } });
  });
});
