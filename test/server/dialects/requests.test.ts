import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, postJson, startGateway } from './upstreams.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway('echo', '');
}, 60_000);
afterAll(() => gateway[Symbol.asyncDispose]());

const hi = [{ role: 'user', content: 'hi' }];
const chat = (body: object) => postJson(gateway, '/v1/chat/completions', { model: 'm', messages: hi, ...body });
const messages = (body: object) =>
  postJson(gateway, '/v1/messages', { model: 'm', max_tokens: 9, messages: hi, ...body });

describe('requests that are wrong', () => {
  test.each([
    [{ n: 2 }, 'n'],
    [{ messages: [] }, 'messages'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.tool_call_id'],
    [{ messages: [{ role: 'user' }] }, 'messages.0.content'],
    [{ temperature: 3 }, 'temperature'],
  ])('OpenAI: %j', async (body, param) => {
    const { status, body: reply } = await chat(body);
    expect(status).toBe(400);
    expect(reply.error).toMatchObject({ type: 'invalid_request_error', param });
  });

  test.each([
    [{ max_tokens: undefined }, 'max_tokens'],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.role'],
    [{ temperature: 1.5 }, 'temperature'],
  ])('Anthropic: %j', async (body, param) => {
    const { status, body: reply } = await messages(body);
    expect(status).toBe(400);
    expect(reply).toMatchObject({ type: 'error', error: { type: 'invalid_request_error', param } });
    expect(reply.request_id).toMatch(/^req-/);
  });

  test('null is as good as absent', async () => {
    const nothing = {
      tools: null,
      stop: null,
      temperature: null,
      n: null,
      stream: null,
      user: null,
      tool_choice: null,
    };
    expect((await chat(nothing)).status).toBe(200);
  });
});

test('plain completions are asked as a chat', async () => {
  const { body } = await postJson(gateway, '/v1/completions', { model: 'm', prompt: 'say it' });
  expect(body).toMatchObject({
    object: 'text_completion',
    choices: [{ index: 0, text: 'say it', finish_reason: 'stop' }],
  });
  const wrong = await postJson(gateway, '/v1/completions', { model: 'm', prompt: ['a', 'b'] });
  expect(wrong.status).toBe(400);
  const suffix = await postJson(gateway, '/v1/completions', { model: 'm', prompt: 'a', suffix: 'z' });
  expect(suffix.body.error.param).toBe('suffix');
});

test('tokens of a message are estimated, tools included', async () => {
  const body = { model: 'm', system: 'abcd', messages: [{ role: 'user', content: 'abcdefgh' }] };
  const { body: plain } = await postJson(gateway, '/v1/messages/count_tokens', body);
  expect(plain).toEqual({ input_tokens: 3 });
  const tools = [{ name: 'f', input_schema: { type: 'object' } }];
  const { body: more } = await postJson(gateway, '/v1/messages/count_tokens', { ...body, tools });
  expect(more.input_tokens).toBeGreaterThan(3);
});

test('a server that takes text alone refuses what text cannot say', async () => {
  await using plain = await startGateway('llama_cpp', 'http://127.0.0.1:1');
  const ask = async (body: object) => {
    const { status, body: reply } = await postJson(plain, '/v1/chat/completions', {
      model: 'm',
      messages: hi,
      ...body,
    });
    return { status, param: reply.error.param };
  };
  const format = { response_format: { type: 'json_object' } };
  expect(await ask(format)).toEqual({ status: 400, param: 'response_format' });
  const image = [
    { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }] },
  ];
  expect(await ask({ messages: image })).toEqual({ status: 400, param: 'messages.0.content.0' });
});
