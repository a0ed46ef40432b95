import Anthropic from '@anthropic-ai/sdk';
import type { LLMock } from '@copilotkit/aimock';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, KEY, startGateway, startUpstream, type UpstreamKind } from './upstreams.ts';

// The official clients, once at an upstream that others wrote and once at us in front of it, with nothing but the base URL
// changed. What must differ is taken out below, field by field; everything else is equal.

let upstream: LLMock;
const gateways: Partial<Record<UpstreamKind, Gateway>> = {};
beforeAll(async () => {
  upstream = await startUpstream();
  for (const kind of ['open_ai', 'anthropic'] as const) gateways[kind] = await startGateway(kind, upstream.url);
}, 60_000);
afterAll(async () => {
  for (const gateway of Object.values(gateways)) await gateway[Symbol.asyncDispose]();
  await upstream.stop();
});

const openai = (base: string) => new OpenAI({ apiKey: KEY, baseURL: `${base}/v1`, maxRetries: 0 });
const anthropic = (base: string) => new Anthropic({ apiKey: KEY, baseURL: base, maxRetries: 0 });

// biome-ignore lint/suspicious/noExplicitAny: replies are looked at field by field
type Loose = any;

/** Ids and times are ours. */
const withoutOurs = ({ id: _id, created: _created, ...rest }: Loose): Loose => rest;

/**
 * A stream as what its pieces amount to: how a text or the arguments of a call are cut is left out, and so are `ping`s,
 * ids and times, and in `message_start` the output tokens, which nobody knows yet.
 */
function amount(events: readonly Loose[]): unknown[] {
  const result: Loose[] = [];
  for (const event of events.map(withoutOurs)) {
    if (event.type === 'ping') continue;
    if (event.type === 'message_start') {
      const { id: _id, usage, ...message } = event.message;
      result.push({ ...event, message: { ...message, input_tokens: usage.input_tokens } });
    } else if (event.type === 'message_delta')
      result.push({ ...event, usage: { output_tokens: event.usage.output_tokens } });
    else if (event.type === 'content_block_delta') joinDelta(result, event);
    else if (event.choices !== undefined) chunk(result, event);
    else result.push(event);
  }
  return result;
}

function joinDelta(result: Loose[], event: Loose): void {
  const last = result.at(-1);
  if (last?.type !== event.type || last.delta.type !== event.delta.type) result.push(structuredClone(event));
  else for (const [name, value] of Object.entries(event.delta)) if (name !== 'type') last.delta[name] += value;
}

/** A chunk of a completion says little: all of them together are one message. */
function chunk(result: Loose[], event: Loose): void {
  result[0] ??= { model: event.model, text: '', calls: [] };
  const whole = result[0];
  if (event.usage) whole.usage = event.usage;
  const [choice] = event.choices;
  if (choice === undefined) return;
  if (choice.finish_reason !== null) whole.reason = choice.finish_reason;
  const { role, content, tool_calls = [], ...rest } = choice.delta;
  if (role !== undefined) whole.role = role;
  whole.text += content ?? '';
  for (const [name, value] of Object.entries(rest)) whole[name] = (whole[name] ?? '') + value;
  for (const { index, id, function: called } of tool_calls) {
    whole.calls[index] ??= { id, name: called.name, arguments: '' };
    whole.calls[index].arguments += called.arguments;
  }
}

async function all(stream: AsyncIterable<unknown>): Promise<Loose[]> {
  const events: Loose[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

const TOOL = { name: 'weather', description: 'How it is', schema: { type: 'object' as const, properties: {} } };

const chat = (content: string) => ({
  model: 'gpt-4o',
  messages: [{ role: 'user' as const, content }],
  tools: [
    {
      type: 'function' as const,
      function: { name: TOOL.name, description: TOOL.description, parameters: TOOL.schema },
    },
  ],
});

const message = (content: string) => ({
  model: 'claude-sonnet-4-6',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content }],
  tools: [{ name: TOOL.name, description: TOOL.description, input_schema: TOOL.schema }],
});

const QUESTIONS = ['backpressure', 'weather', 'think'];
/** Thoughts are told in the dialect they were thought in. */
const isShared = (question: string, own: boolean): boolean => own || question !== 'think';

describe.each(['open_ai', 'anthropic'] as const)('in front of %s', (kind) => {
  const url = (): string => gateways[kind]!.url;

  test.each(QUESTIONS.filter((one) => isShared(one, kind === 'open_ai')))('openai: %s', async (question) => {
    const ask = (base: string) => openai(base).chat.completions.create(chat(question));
    expect(withoutOurs(await ask(url()))).toEqual(withoutOurs(await ask(upstream.url)));
    const stream = async (base: string) =>
      amount(
        await all(
          await openai(base).chat.completions.create({
            ...chat(question),
            stream: true,
            stream_options: { include_usage: true },
          }),
        ),
      );
    expect(await stream(url())).toEqual(await stream(upstream.url));
  });

  test.each(QUESTIONS.filter((one) => isShared(one, kind === 'anthropic')))('anthropic: %s', async (question) => {
    const ask = (base: string) => anthropic(base).messages.create(message(question));
    expect(withoutOurs(await ask(url()))).toEqual(withoutOurs(await ask(upstream.url)));
    const stream = async (base: string) =>
      all(await anthropic(base).messages.create({ ...message(question), stream: true }));
    expect(order(await stream(url()))).toEqual(order(await stream(upstream.url)));
  });

  test.each(['openai', 'anthropic'] as const)(
    '%s: the helpers of its client put streams together alike',
    async (client) => {
      const whole = async (base: string): Promise<unknown> => {
        if (client === 'openai') {
          const done = await openai(base).chat.completions.stream(chat('weather')).finalChatCompletion();
          return done.choices[0]!.message;
        }
        return (await anthropic(base).messages.stream(message('weather')).finalMessage()).content;
      };
      expect(await whole(url())).toEqual(await whole(upstream.url));
    },
  );

  // Ours names the provider in the message, and has a code of its own, a source and the request id. A failure of the
  // upstream is ours to tell as 502, and too much to do as 503 where the dialect has no 529.
  test.each(['too much', 'overloaded', 'broken', 'wrong'])('errors: %s', async (question) => {
    const told = async (asked: Promise<unknown>) => {
      const error: Loose = await asked.then(
        () => null,
        (thrown: unknown) => thrown,
      );
      return { name: error.constructor.name, message: error.message as string };
    };
    for (const stream of [false, true]) {
      const viaUs = await told(openai(url()).chat.completions.create({ ...chat(question), stream }));
      const direct = await told(openai(upstream.url).chat.completions.create({ ...chat(question), stream }));
      expect(viaUs.name).toBe(direct.name);
      expect(viaUs.message).toContain(direct.message.slice(4));
      const viaUsToo = await told(anthropic(url()).messages.create({ ...message(question), stream }));
      const directToo = await told(anthropic(upstream.url).messages.create({ ...message(question), stream }));
      expect(viaUsToo.name).toBe(directToo.name);
      expect(viaUsToo.message).toContain(JSON.parse(directToo.message.slice(4)).error.message);
    }
  });
});

/** Blocks of calls may be open side by side: each block's own events in their order are what counts. */
function order(events: readonly Loose[]): unknown[] {
  const rank = ({ index }: Loose): number => index ?? -1;
  const isEnd = ({ type }: Loose): boolean => type === 'message_delta' || type === 'message_stop';
  const blocks = events.filter((event) => !isEnd(event)).sort((a, b) => rank(a) - rank(b));
  return amount([...blocks, ...events.filter(isEnd)]);
}
