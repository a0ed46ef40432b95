import Anthropic from '@anthropic-ai/sdk';
import type { LLMock } from '@copilotkit/aimock';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, startGateway, startUpstream, TEXT } from './upstreams.ts';

// What the official clients can be made to send, and what comes of it.

const TOOLS = Array.from({ length: 20 }, (_, at) => ({
  name: `tool_${at}`,
  arguments: `{"at":${at}}`,
  id: `call_${at}`,
}));

let upstream: LLMock;
beforeAll(async () => {
  upstream = await startUpstream();
  upstream.onMessage('everything', { toolCalls: TOOLS });
});
afterAll(() => upstream.stop());

const gatewayTo = (kind: 'open_ai' | 'anthropic'): Promise<Gateway> =>
  startGateway(kind, kind === 'open_ai' ? `${upstream.url}/v1` : upstream.url);

const openaiOf = ({ url }: Gateway) => new OpenAI({ apiKey: 'x', baseURL: `${url}/v1` });
const anthropicOf = ({ url }: Gateway) => new Anthropic({ apiKey: 'x', baseURL: url });

/** What a client makes of a failure: `status param message`. */
async function failureOf(answer: Promise<unknown>): Promise<string> {
  const { status, error } = (await answer.then(
    () => ({ status: 200, error: {} }),
    (thrown) => thrown,
  )) as { status: number; error: { error?: object } & object };
  const { param, message } = (error.error ?? error) as { param?: string; message?: string };
  return `${status} ${param ?? ''} ${message}`;
}

// biome-ignore lint/suspicious/noExplicitAny: the clients' types forbid what is sent here
const user = (content: any): any[] => [{ role: 'user', content }];

describe.each(['open_ai', 'anthropic'] as const)('in front of %s', (kind) => {
  test('twenty calls at once, streamed and not, in both dialects', async () => {
    await using gateway = await gatewayTo(kind);
    const openai = openaiOf(gateway);
    const anthropic = anthropicOf(gateway);
    const chat = {
      model: 'm',
      messages: user('everything'),
      tools: TOOLS.map(({ name }) => ({
        type: 'function' as const,
        function: { name, parameters: { type: 'object' } },
      })),
    };
    const message = {
      model: 'm',
      max_tokens: 100,
      messages: user('everything'),
      tools: TOOLS.map(({ name }) => ({ name, input_schema: { type: 'object' as const } })),
    };
    const told = TOOLS.map(({ name, arguments: text }) => [name, JSON.parse(text)]);

    const whole = await openai.chat.completions.create(chat);
    const calls = (whole.choices[0]!.message.tool_calls ?? []).filter((call) => call.type === 'function');
    expect(calls.map(({ function: called }) => [called.name, JSON.parse(called.arguments)])).toEqual(told);

    const streamed: { name: string; text: string }[] = [];
    for await (const { choices } of await openai.chat.completions.create({ ...chat, stream: true })) {
      for (const { index, function: called } of choices[0]?.delta.tool_calls ?? []) {
        streamed[index] ??= { name: '', text: '' };
        streamed[index].name += called?.name ?? '';
        streamed[index].text += called?.arguments ?? '';
      }
    }
    expect(streamed.map(({ name, text }) => [name, JSON.parse(text)])).toEqual(told);

    for (const { content } of [
      await anthropic.messages.create(message),
      await anthropic.messages.stream(message).finalMessage(),
    ]) {
      const used = content.filter((block) => block.type === 'tool_use');
      expect(used.map(({ name, input }) => [name, input])).toEqual(told);
    }
  });

  test('two megabytes are a request like any other', async () => {
    await using gateway = await gatewayTo(kind);
    const messages = user(`Explain backpressure ${'x '.repeat(1e6)}`);
    const { choices } = await openaiOf(gateway).chat.completions.create({ model: 'm', messages });
    expect(choices[0]?.message.content).toBe(TEXT);
  });

  test('images go through, whichever dialect they come in', async () => {
    await using gateway = await gatewayTo(kind);
    const data = 'iVBORw0KGgo=';
    const text = { type: 'text', text: 'Explain backpressure' };
    const { choices } = await openaiOf(gateway).chat.completions.create({
      model: 'm',
      messages: user([text, { type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } }]),
    });
    expect(choices[0]?.message.content).toBe(TEXT);
    const { content } = await anthropicOf(gateway).messages.create({
      model: 'm',
      max_tokens: 100,
      messages: user([text, { type: 'image', source: { type: 'base64', media_type: 'image/png', data } }]),
    });
    expect(content).toEqual([{ type: 'text', text: TEXT }]);
    // The upstream's journal leaves them out of its own account of the other dialect.
    if (kind === 'open_ai') expect(JSON.stringify(upstream.getRequests().slice(-2))).toContain(data);
  });
});

test('what is wrong is told by field, rule and value, as the clients read errors', async () => {
  await using gateway = await gatewayTo('open_ai');
  const openai = openaiOf(gateway);
  const anthropic = anthropicOf(gateway);
  // biome-ignore lint/suspicious/noExplicitAny: the clients' types forbid what is sent here
  const chat = (more: any) => failureOf(openai.chat.completions.create({ model: 'm', messages: user('hi'), ...more }));
  // biome-ignore lint/suspicious/noExplicitAny: the clients' types forbid what is sent here
  const message = (more: any) =>
    failureOf(anthropic.messages.create({ model: 'm', max_tokens: 5, messages: user('hi'), ...more }));
  expect(await chat({ n: 2 })).toBe('400 n n: must be 1 here: one request has one answer, send it again for more');
  expect(await chat({ messages: [] })).toBe('400 messages messages: must not be empty');
  expect(await chat({ messages: user(' ') })).toBe('400 messages messages: must not be empty');
  expect(await chat({ messages: 'hello' })).toBe('400 messages messages: must be a list, not "hello"');
  expect(await chat({ temperature: 'hot' })).toBe(
    '400 temperature temperature: must be a number between 0 and 2, not "hot"',
  );
  expect(await chat({ max_tokens: '5' })).toBe(
    '400 max_tokens max_tokens: must be an integer between 1 and 2147483647, not "5"',
  );
  expect(await chat({ tools: [{ type: 'function', function: {} }] })).toBe(
    '400 tools.0.function.name tools.0.function.name: is required: text',
  );
  expect(await chat({ messages: user('x '.repeat(2.5e6)) })).toBe('413  The body is larger than 4,194,304 bytes.');
  expect(await message({ max_tokens: undefined })).toBe(
    '400 max_tokens max_tokens: is required: an integer between 1 and 2147483647',
  );
  expect(await message({ messages: user([]) })).toBe('400 messages messages: must not be empty');
  expect(await message({ messages: user('x '.repeat(2.5e6)) })).toBe('413  The body is larger than 4,194,304 bytes.');
  const completion = (prompt: unknown) =>
    failureOf(openai.completions.create({ model: 'm', prompt: prompt as string }));
  expect(await completion(['a', 'b'])).toBe('400 prompt prompt: must be one prompt: send several as several requests');
  expect(await completion([[1, 2]])).toBe('400 prompt.0 prompt.0: must be text, not a list');
  expect(gateway.engine.snapshot().totals.submitted).toBe(0);
});

test('a client is told not to come again for what is not there, and does not', async () => {
  await using gateway = await gatewayTo('open_ai');
  let asked = 0;
  const openai = new OpenAI({
    apiKey: 'x',
    baseURL: `${gateway.url}/v1`,
    fetch: (...request) => {
      asked++;
      return fetch(...request);
    },
  });
  expect(await failureOf(openai.responses.create({ model: 'm', input: 'hi' }))).toContain('501');
  expect(await failureOf(openai.embeddings.create({ model: 'm', input: 'hi' }))).toContain('501');
  expect(asked).toBe(2);
});
