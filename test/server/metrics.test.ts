import { expect, test } from 'vitest';
import { seededRandom } from '../../src/core/random.ts';
import { ENGINE_METRICS } from '../../src/telemetry/metrics/engine-metrics.ts';
import { echoing, testServer } from './support/server.ts';

const series = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('orchestrator_'))
    .map((line) => line.replace(/ [^ ]+$/, ''));

test('what requests say never becomes a series', async () => {
  await using server = await testServer({ provider: echoing() });
  await server.send('POST', '/v1/prompt', { input: 'a' });
  await server.send('POST', '/v1/prompt', { nothing: 1 });
  await server.get('/nowhere');
  await server.get('/metrics');
  const before = series((await server.get('/metrics')).text);
  const random = seededRandom(3);
  const word = () => Math.floor(random() * 1e9).toString(36);
  for (let i = 0; i < 100; i++) {
    await server.send('POST', '/v1/prompt', {
      input: word(),
      session_id: word(),
      model: word(),
      metadata: { [word()]: word() },
    });
    await server.send('POST', '/v1/prompt', { [word()]: 1 });
    await server.get(`/${word()}/${word()}`);
  }
  const after = series((await server.get('/metrics')).text);
  expect(after.filter((line) => !before.includes(line))).toEqual([]);
});

test('metrics and snapshot are the same numbers when traffic rests', async () => {
  await using server = await testServer({ provider: echoing() });
  for (let i = 0; i < 5; i++) await server.send('POST', '/v1/prompt', { input: `question number ${i}` });
  await expect.poll(async () => (await server.get('/v1/snapshot')).body.totals.completed).toBe(5);
  const { text } = await server.get('/metrics');
  expect(text).toContain('orchestrator_pipeline_submitted_total 5');
  expect(text).toContain('orchestrator_pipeline_requests_total{outcome="completed"} 5');
  expect(text).toContain('orchestrator_inference_calls_total{provider="scripted"} 5');
  expect(text).toContain('orchestrator_server_requests_total{route="/v1/prompt",method="POST",status="200"} 5');
  expect(text).toContain('orchestrator_server_request_duration_seconds_count{route="/v1/prompt"} 5');
});

test('every metric has a help text, a fitting name, and is there', async () => {
  await using server = await testServer({ provider: echoing() });
  await server.send('POST', '/v1/prompt', { input: 'a' });
  const { text, headers } = await server.get('/metrics');
  expect(headers.get('content-type')).toContain('text/plain');
  for (const { name, help, kind } of ENGINE_METRICS) {
    expect(text).toContain(`# HELP ${name} ${help}`);
    expect(text).toContain(`# TYPE ${name} ${kind}`);
    expect(name).toMatch(/^(?:orchestrator_[a-z0-9_]+|dedup_semantic_(?:hits|miss)_total|avg_similarity_score)$/);
    expect(name.endsWith('_total')).toBe(kind === 'counter');
    expect(help).toMatch(/\.$/);
  }
});

test('a second listener serves metrics alone, under the same key', async () => {
  await using probe = await testServer();
  const port = probe.server.port;
  await probe[Symbol.asyncDispose]();
  await using _server = await testServer({
    values: { observability: { metrics_port: port } },
    environment: { METRICS_API_KEY: 'scrape' },
  });
  const get = (path: string, key?: string) =>
    fetch(`http://127.0.0.1:${port}${path}`, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } });
  expect((await get('/metrics')).status).toBe(401);
  const reply = await get('/metrics', 'scrape');
  expect([reply.status, (await reply.text()).includes('orchestrator_pipeline_submitted_total 0')]).toEqual([200, true]);
  expect((await get('/v1/snapshot', 'scrape')).status).toBe(404);
});
