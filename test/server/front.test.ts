import { once } from 'node:events';
import { request } from 'node:http';
import { describe, expect, test } from 'vitest';
import { echoing, type TestServer, testServer } from './support/server.ts';

interface Told {
  readonly status: number | undefined;
  readonly headers: readonly string[];
  readonly body: unknown;
}

/** Sends a body of a known length, which goes to its route directly, or in chunks, which the framework gathers. */
async function ask(
  server: TestServer,
  how: 'whole' | 'chunks',
  path: string,
  body: string,
  headers: Record<string, string>,
): Promise<Told> {
  const length = how === 'whole' ? { 'content-length': String(Buffer.byteLength(body)) } : {};
  const asked = request(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers, ...length },
  });
  asked.end(body);
  const [reply] = (await once(asked, 'response')) as [import('node:http').IncomingMessage];
  let text = '';
  for await (const chunk of reply) text += String(chunk);
  // Each request has ids and times of its own.
  const same = text.replace(/req-[a-z0-9]+-[a-z0-9]+/g, 'ID').replace(/"(latency_ms|created)":[\d.]+/g, '"$1":0');
  return { status: reply.statusCode, headers: Object.keys(reply.headers).sort(), body: JSON.parse(same) };
}

const good = '{"input":"two words"}';
const chat = '{"model":"m","messages":[{"role":"user","content":"two words"}]}';

describe('a call that goes to its route directly, and the same through the framework', () => {
  test.each([
    ['an answer', '/v1/prompt', good, {}, 200],
    ['an answer of another API', '/v1/chat/completions', chat, {}, 200],
    ["a caller's own id", '/v1/prompt', good, { 'x-request-id': 'mine' }, 200],
    ['an answer under a key', '/v1/prompt', good, { 'idempotency-key': 'k' }, 200],
    ['an accepted one', '/api/v1/infer', '{"prompt":"two words"}', {}, 202],
    ['no JSON', '/v1/prompt', '{"input":', {}, 400],
    ['an unknown field', '/v1/prompt', '{"input":"a","other":1}', {}, 400],
    ['a fault in the words of another API', '/v1/messages', '{}', {}, 400],
    ['a compressed body', '/v1/prompt', good, { 'content-encoding': 'gzip' }, 415],
    ['no JSON by its type', '/v1/prompt', good, { 'content-type': 'text/plain' }, 415],
    ['a wrong key', '/v1/prompt', good, { authorization: 'Bearer wrong' }, 401],
    ['a foreign page', '/v1/prompt', good, { origin: 'https://evil.example' }, 403],
    ['too much', '/v1/prompt', `{"input":"${'x'.repeat(20_000)}"}`, {}, 413],
  ])('%s: no difference', async (_name, path, body, headers, status) => {
    const values = { server: { body_limit_mb: 0.01 } };
    const told: Told[] = [];
    for (const how of ['whole', 'chunks'] as const) {
      await using server = await testServer({ provider: echoing(), values, environment: { API_KEY: 'right' } });
      told.push(await ask(server, how, path, body, { authorization: 'Bearer right', ...headers }));
      const { text } = await server.get('/metrics', { authorization: 'Bearer right' });
      expect(text).toContain(`orchestrator_server_requests_total{route="${path}",method="POST",status="${status}"} 1`);
    }
    expect(told[0]!.status).toBe(status);
    expect(told[0]).toEqual(told[1]);
  });
});
