import { LLMock } from '@copilotkit/aimock';
import { configFromValues } from '../../../src/config/from-values.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { createIds } from '../../../src/core/ids.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { createEngine, type Engine } from '../../../src/engine.ts';
import { serviceSections } from '../../../src/server/sections.ts';
import { startServer } from '../../../src/server/server.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';

export const KEY = 'sk-aimock-0123456789';
export const TEXT = 'Backpressure is when a slow consumer tells a fast producer to wait. 漢字 👩‍💻';
const USAGE = { prompt_tokens: 9, completion_tokens: 21, input_tokens: 9, output_tokens: 21 };

/** An upstream that others wrote, in both dialects. */
export async function startUpstream(): Promise<LLMock> {
  const mock = new LLMock({ port: 0, chunkSize: 7, auth: { apiKeys: [KEY] } });
  mock.onMessage('backpressure', { content: TEXT, usage: USAGE });
  mock.onMessage('slowly', { content: TEXT.repeat(20), usage: USAGE }, { latency: 20 });
  mock.onMessage('weather', {
    toolCalls: [
      { name: 'weather', arguments: '{"city":"Rome"}', id: 'call_w1' },
      { name: 'weather', arguments: '{"city":"Bern"}', id: 'call_w2' },
    ],
    usage: USAGE,
  });
  mock.onMessage('think', { content: 'It is 42.', reasoning: 'Six times seven.', usage: USAGE });
  mock.onMessage('too much', { error: { message: 'Rate limit reached', type: 'rate_limit_error' }, status: 429 });
  mock.onMessage('overloaded', { error: { message: 'Overloaded', type: 'overloaded_error' }, status: 529 });
  mock.onMessage('broken', { error: { message: 'It broke', type: 'server_error' }, status: 500 });
  mock.onMessage('wrong', { error: { message: 'That is wrong', type: 'invalid_request_error' }, status: 400 });
  await mock.start();
  return mock;
}

export type UpstreamKind = 'open_ai' | 'anthropic' | 'echo' | 'llama_cpp';

export interface Gateway extends AsyncDisposable {
  readonly url: string;
  readonly engine: Engine;
}

/** The whole service in front of an upstream; its own retries are off, so that each call is one call upstream. */
export async function startGateway(kind: UpstreamKind, upstream: string, values: object = {}): Promise<Gateway> {
  const environment = { OPENAI_API_KEY: KEY, ANTHROPIC_API_KEY: KEY };
  const config = configFromValues(serviceSections, {
    server: { port: 0 },
    resilience: { retry_attempts: 1, circuit_breaker_threshold: 0 },
    providers: { up: { kind, ...(kind === 'echo' ? {} : { base_url: upstream }) } },
    ...values,
  });
  const random = seededRandom(1);
  const engine = createEngine(config, { environment, random, guardMode: 'block' });
  const server = await startServer({
    engine,
    config,
    store: null,
    clock: systemClock,
    ids: createIds('req', random),
    random,
    environment,
    version: '0.0.0-test',
    logger: createLogger({ format: 'json', level: 'error', write: () => undefined }),
    control: {
      show: () => ({}),
      patch: () => ({ applied: [], needs_restart: [] }),
      reload: async () => ({ applied: [], needs_restart: [] }),
    },
  });
  return {
    url: server.url,
    engine,
    async [Symbol.asyncDispose]() {
      server.drain();
      await engine.drain(0);
      await server.close();
    },
  };
}

/** Sends JSON to a gateway; the answer is a new one. */
export async function postJson(
  gateway: Gateway,
  path: string,
  body: object,
  headers: Readonly<Record<string, string>> = {},
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
): Promise<{ readonly status: number; readonly body: any; readonly headers: Headers }> {
  const reply = await fetch(`${gateway.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-orchestrator-no-cache': 'true', ...headers },
    body: JSON.stringify(body),
  });
  return { status: reply.status, body: await reply.json(), headers: reply.headers };
}
