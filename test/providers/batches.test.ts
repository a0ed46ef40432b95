import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/core/clock.ts';
import { createEngine } from '../../src/engine.ts';
import { createConfig } from '../../src/index.ts';
import { prompt } from '../support/scripted-provider.ts';
import { type Received, Upstream } from '../support/upstream.ts';

const event = (data: object | string) => `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/**
 * What a server of this kind answers to a list of prompts: each its prompt, in two pieces, the last one first. The events
 * have the fields that the servers send: vLLM's completion_stream_generator with `continuous_usage_stats`, and
 * llama.cpp's results of a task.
 */
const KINDS = {
  vllm: {
    base: '/v1',
    path: '/v1/completions',
    events: (prompts: readonly string[]) =>
      [
        ...prompts.map((text, index) => event(vllmChunk(index, text.slice(0, 3), null, text.length, 1))),
        ...prompts.map((text, index) => event(vllmChunk(index, text.slice(3), 'stop', text.length, 2))).reverse(),
        event({
          ...{ id: 'cmpl-1', object: 'text_completion', created: 1, model: 'exact', choices: [] },
          usage: { prompt_tokens: prompts.join('').length, completion_tokens: 2 * prompts.length, total_tokens: 99 },
        }),
        event('[DONE]'),
      ].join(''),
  },
  llama_cpp: {
    base: '',
    path: '/completion',
    events: (prompts: readonly string[]) =>
      [
        ...prompts.map((text, index) =>
          event({
            ...{ index, content: text.slice(0, 3), tokens: [1], stop: false, id_slot: index },
            ...{ tokens_predicted: 1, tokens_evaluated: text.length },
          }),
        ),
        ...prompts
          .map((text, index) =>
            event({
              ...{ index, content: text.slice(3), tokens: [2], id_slot: index, stop: true, model: 'exact' },
              ...{ tokens_predicted: 2, tokens_evaluated: text.length, generation_settings: {}, prompt: text },
              ...{ has_new_line: false, truncated: false, stop_type: 'eos', stopping_word: '', tokens_cached: 3 },
            }),
          )
          .reverse(),
      ].join(''),
  },
} as const;

const vllmChunk = (index: number, text: string, finish_reason: string | null, input: number, output: number) => ({
  ...{ id: 'cmpl-1', object: 'text_completion', created: 1, model: 'exact' },
  choices: [{ index, text, logprobs: null, finish_reason, stop_reason: null }],
  usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
});

const engineFor = (kind: keyof typeof KINDS, url: string, more: object = {}) =>
  createEngine(
    createConfig({
      providers: { gpu: { kind, base_url: `${url}${KINDS[kind].base}` } },
      resilience: { retry_attempts: 1 },
      batch: { enabled: true, max_batch_size: 3, max_wait_ms: 20, group_by_prefix_len: 0, ...more },
    }),
    { clock: systemClock, environment: {} },
  );

describe.each(['vllm', 'llama_cpp'] as const)('%s', (kind) => {
  const { path, events } = KINDS[kind];
  const echoes = (response: import('node:http').ServerResponse, { body }: Received) => {
    response.setHeader('content-type', 'text/event-stream');
    response.end(events([body.prompt].flat()));
  };

  test('several prompts are one request, and each gets its own answer', async () => {
    await using upstream = await Upstream.start(echoes);
    const engine = engineFor(kind, upstream.url);
    const outcomes = await Promise.all(['alpha', 'beta', 'gamma'].map((text) => engine.submit(prompt(text), {})));
    expect(outcomes.map(({ text, status }) => `${status} ${text}`)).toEqual([
      'completed alpha',
      'completed beta',
      'completed gamma',
    ]);
    expect(upstream.received.map((one) => [one.path, one.body.prompt])).toEqual([[path, ['alpha', 'beta', 'gamma']]]);
    expect(outcomes.every(({ model, finishReason }) => model === 'exact' && finishReason === 'stop')).toBe(true);
    // Each is counted for itself, as it is paid for itself.
    expect(outcomes.map(({ usage }) => [usage?.input_tokens, usage?.output_tokens, usage?.estimated])).toEqual([
      [5, 2, false],
      [4, 2, false],
      [5, 2, false],
    ]);
    await engine.drain(0);
  });

  test('one that is taken back leaves the others alone; the last one ends the request', async () => {
    let began: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => {
      began = resolve;
    });
    let release: () => void = () => undefined;
    await using upstream = await Upstream.start((response, { body }) => {
      response.setHeader('content-type', 'text/event-stream');
      response.flushHeaders();
      began();
      release = () => response.end(events(body.prompt));
    });
    const engine = engineFor(kind, upstream.url);
    const [first, ...others] = ['alpha', 'beta', 'gamma'].map((text) => engine.submit(prompt(text), {}));
    await arrived;
    first!.cancel();
    release();
    expect((await first!).status).toBe('cancelled');
    expect((await Promise.all(others)).map(({ text }) => text)).toEqual(['beta', 'gamma']);

    const again = ['x', 'y', 'z'].map((text) => engine.submit(prompt(text), {}));
    await expect.poll(() => upstream.received.length).toBe(2);
    for (const handle of again) handle.cancel();
    await expect.poll(() => upstream.closed).toBe(1);
    await engine.drain(0);
  });

  test('a server that is down fails each of them', async () => {
    await using upstream = await Upstream.start((response) => {
      response.statusCode = 503;
      response.end('busy');
    });
    const engine = engineFor(kind, upstream.url);
    const outcomes = await Promise.all(['a', 'b', 'c'].map((text) => engine.submit(prompt(text), {})));
    expect(outcomes.map(({ error }) => error?.code)).toEqual(new Array(3).fill('provider_overloaded'));
    expect(upstream.received).toHaveLength(1);
    await engine.drain(0);
  });
});
