import { LLMock } from '@copilotkit/aimock';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, askOnce, Call, type HttpKindName, providerOf } from '../support/provider-call.ts';
import { prompt } from '../support/scripted-provider.ts';
import { Workplace } from '../support/terminal.ts';

const KEY = 'sk-aimock-0123456789';
const TEXT = 'Backpressure is when a slow consumer tells a fast producer to wait. 漢字 👩‍💻';

/** An upstream that was written by others, and says what the real APIs say as they understand them. */
const mock = new LLMock({ port: 0, chunkSize: 7, auth: { apiKeys: [KEY] } });
beforeAll(async () => {
  mock.onMessage('backpressure', {
    content: TEXT,
    usage: { prompt_tokens: 9, completion_tokens: 21, input_tokens: 9, output_tokens: 21 },
  });
  mock.onMessage('weather', { toolCalls: [{ name: 'weather', arguments: '{"city":"Rome"}', id: 'call_w1' }] });
  mock.onMessage('too much', { error: { message: 'Rate limit reached', type: 'rate_limit_error' }, status: 429 });
  await mock.start();
});
afterAll(() => mock.stop());

const settings = (key = KEY) => ({ base_url: mock.url, environment: { OPENAI_API_KEY: key, ANTHROPIC_API_KEY: key } });

describe.each<[HttpKindName]>([['open_ai'], ['anthropic']])('%s against aimock', (kind) => {
  test('streams', async () => {
    const provider = providerOf(kind, settings());
    const call = new Call(provider, 'What is backpressure?');
    await call.done;
    provider.close?.();
    expect(call.job).toMatchObject({ error: null, text: TEXT, finishReason: 'stop' });
    expect(call.pieces.length).toBeGreaterThan(5);
    expect(call.job.usage).toMatchObject({ input_tokens: 9, output_tokens: 21, estimated: false });
  });

  test('calls tools', async () => {
    const job = await askOnce(kind, settings(), prompt('weather?', { tools: [{ name: 'weather' }] }));
    expect(job).toMatchObject({
      error: null,
      finishReason: 'tool_calls',
      toolCalls: [{ name: 'weather', arguments: '{"city":"Rome"}' }],
    });
  });

  test('hears of limits, of what nobody knows, and of a wrong key', async () => {
    const provider = providerOf(kind, settings());
    expect((await ask(provider, 'too much')).error?.code).toBe('provider_rate_limited');
    expect((await ask(provider, 'unmatched')).error?.definition.exit).toBeGreaterThan(0);
    provider.close?.();
    expect((await askOnce(kind, settings('sk-wrong-0123456789'))).error?.code).toBe('authentication_failed');
  });

  test('answers `orchestrator run`', async () => {
    using place = new Workplace();
    Object.assign(place.environment, settings().environment);
    const flags = ['--set', `providers.mock.kind=${kind}`, '--set', `providers.mock.base_url=${mock.url}`];
    const ran = await place.run(['run', ...flags, '--usage', 'What is backpressure?']);
    expect(ran).toMatchObject({ exit: 0, out: `${TEXT}\n` });
    expect(ran.err).toMatch(/^usage: mock\/\S+, 9 tokens in, 21 out, \$0\.00[\d]+, [\d.]+ ms\n$/);
  });
});
