import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterEach, describe, expect, test } from 'vitest';
import { OrchestratorError } from '../../../src/core/errors.ts';
import { builtLauncher } from '../../support/cli.ts';
import { Workplace } from '../../support/terminal.ts';
import { echoing, type TestServer, testServer } from '../support/server.ts';

const NAMES = [
  'batch_infer',
  'cancel_request',
  'configure_pipeline',
  'dump_dlq',
  'get_result',
  'infer',
  'pipeline_status',
  'reload_config',
  'replay_dlq',
];

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function over(server: TestServer, path: string): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}${path}`)));
  closing.push(() => client.close());
  return client;
}

// biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
const call = async (client: Client, name: string, args: object = {}, options: object = {}): Promise<any> =>
  client.callTool({ name, arguments: { ...args } }, options);

describe.each(['/mcp', '/'])('over HTTP at %s', (path) => {
  test('all tools are listed, with schemas of what they take and give', async () => {
    await using server = await testServer();
    const client = await over(server, path);
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name).sort()).toEqual(NAMES);
    for (const { inputSchema, outputSchema, description } of tools) {
      expect(inputSchema.type).toBe('object');
      expect(outputSchema?.type).toBe('object');
      expect(description).not.toBe('');
    }
    await client.close();
  });

  test('a prompt is answered, as structured content and as text', async () => {
    await using server = await testServer({ provider: echoing() });
    const client = await over(server, path);
    const { structuredContent, content, isError } = await call(client, 'infer', { prompt: 'hello', session_id: 's' });
    expect(isError).toBeFalsy();
    expect(structuredContent).toMatchObject({
      status: 'completed',
      output: 'hello',
      provider: 'scripted',
      session_id: 's',
    });
    expect(JSON.parse(content[0].text)).toEqual(structuredContent);
    expect(server.engine.snapshot().totals.completed).toBe(1);
    await client.close();
  });
});

test('a batch is answered in its order, and tells how far it is', async () => {
  await using server = await testServer({ provider: echoing() });
  const client = await over(server, '/mcp');
  const told: unknown[] = [];
  const { structuredContent } = await call(
    client,
    'batch_infer',
    { prompts: ['a', 'b', 'c'], max_concurrency: 2 },
    { onprogress: (progress: unknown) => told.push(progress) },
  );
  expect(structuredContent).toMatchObject({ total: 3, completed: 3, failed: 0 });
  expect(structuredContent.results.map(({ output }: { output: string }) => output)).toEqual(['a', 'b', 'c']);
  expect(told.at(-1)).toMatchObject({ progress: 3, total: 3 });
  await client.close();
});

test('an answer that takes its time tells how far it is', async () => {
  await using server = await testServer();
  const client = await over(server, '/mcp');
  const told: { message?: string }[] = [];
  const answer = call(client, 'infer', { prompt: 'tell' }, { onprogress: (one: object) => told.push(one) });
  await expect.poll(() => server.provider.calls.length).toBe(1);
  server.provider.call('tell').stream('once upon ');
  await expect.poll(() => told.length).toBe(1);
  expect(told[0]).toMatchObject({ progress: 10, message: 'once upon ' });
  server.provider.call('tell').answer('a time');
  expect((await answer).structuredContent.output).toBe('once upon a time');
  await client.close();
});

test('a call that its client takes back ends at its provider', async () => {
  await using server = await testServer();
  const client = await over(server, '/mcp');
  const controller = new AbortController();
  const answer = call(client, 'infer', { prompt: 'long' }, { signal: controller.signal }).catch((thrown) => thrown);
  await expect.poll(() => server.provider.calls.length).toBe(1);
  const { signal } = server.provider.call('long').attempt;
  controller.abort();
  expect(await answer).toBeInstanceOf(Error);
  await expect.poll(() => signal.aborted).toBe(true);
  await expect.poll(() => server.engine.snapshot().totals.cancelled).toBe(1);
  await client.close();
});

test('what was sent without waiting is fetched later, or taken back', async () => {
  await using server = await testServer();
  const client = await over(server, '/mcp');
  const first = (await call(client, 'infer', { prompt: 'one', wait: false })).structuredContent;
  const second = (await call(client, 'infer', { prompt: 'two', wait: false })).structuredContent;
  expect(first).toMatchObject({ status: 'processing' });
  const open = await call(client, 'get_result', { request_id: first.request_id, timeout_secs: 0 });
  expect(open.structuredContent.status).toBe('processing');
  server.provider.call('one').answer('1');
  const got = await call(client, 'get_result', { request_id: first.request_id });
  expect(got.structuredContent).toMatchObject({ status: 'completed', output: '1' });
  const { signal } = server.provider.call('two').attempt;
  const taken = await call(client, 'cancel_request', { request_id: second.request_id });
  expect(taken.structuredContent).toEqual({ request_id: second.request_id, cancelled: true });
  expect(signal.aborted).toBe(true);
  const lost = await call(client, 'get_result', { request_id: second.request_id });
  expect(lost.isError).toBe(true);
  expect(lost.content[0].text).toContain('cancelled');
  await client.close();
});

test('dead letters are shown and sent again', async () => {
  await using server = await testServer({ values: { resilience: { retry_attempts: 1 } } });
  const client = await over(server, '/mcp');
  const answer = call(client, 'infer', { prompt: 'lost' });
  await expect.poll(() => server.provider.calls.length).toBe(1);
  server.provider.call('lost').fail();
  const failed = await answer;
  expect(failed.isError).toBe(true);
  expect(failed.content[0].text).toContain('provider_failed');
  const { structuredContent: dump } = await call(client, 'dump_dlq');
  expect(dump).toMatchObject({ total: 1 });
  expect(dump.dead_letters[0].request.messages[0].content).toBe('lost');
  const again = await call(client, 'replay_dlq', { id: dump.dead_letters[0].request.id });
  expect(again.structuredContent).toMatchObject({ replayed: 1 });
  await expect.poll(() => server.provider.calls.length).toBe(2);
  server.provider.call('lost').answer('found');
  await expect.poll(() => server.engine.deadLetters.depth).toBe(0);
  expect((await call(client, 'replay_dlq', { id: 'req-none' })).isError).toBe(true);
  await client.close();
});

test('status and configuration are those of the running engine', async () => {
  const patched: object[] = [];
  await using server = await testServer({
    control: {
      show: () => ({}),
      patch: (values) => {
        if ('invented' in values)
          throw new OrchestratorError('config_invalid', 'invented: is not known', { param: 'invented' });
        patched.push(values);
        return { applied: [{ key: 'a', before: 1, after: 2 }], needs_restart: [] };
      },
      reload: async () => ({ applied: [], needs_restart: [] }),
    },
  });
  const client = await over(server, '/mcp');
  server.engine.breakers.trip('scripted');
  const { structuredContent: status } = await call(client, 'pipeline_status');
  expect(status.state).toBe('running');
  expect(status.providers.scripted.breaker.state).toBe('open');
  const values = { resilience: { retry_attempts: 2 } };
  expect((await call(client, 'configure_pipeline', { values })).structuredContent.applied).toHaveLength(1);
  expect(patched).toEqual([values]);
  const refused = await call(client, 'configure_pipeline', { values: { invented: 1 } });
  expect(refused.isError).toBe(true);
  expect(refused.content[0].text).toContain('invented');
  expect((await call(client, 'reload_config')).structuredContent).toEqual({ applied: [], needs_restart: [] });
  await client.close();
});

test('arguments that break a rule are an error that names them', async () => {
  await using server = await testServer();
  const client = await over(server, '/mcp');
  const wrong = await call(client, 'infer', { prompt: 5, priorty: 'high' });
  expect(wrong.isError).toBe(true);
  expect(wrong.content[0].text).toContain('prompt: must be text, not 5');
  expect(wrong.content[0].text).toContain('priorty: is not known here; did you mean priority?');
  const blank = await call(client, 'infer', { prompt: '  ' });
  expect(blank.content[0].text).toContain('prompt: must not be empty');
  await client.close();
});

test('pages of other origins, unknown sessions and streams at the bare address are refused', async () => {
  await using server = await testServer();
  const body = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  const accept = 'application/json, text/event-stream';
  expect((await server.send('POST', '/mcp', body, { accept, origin: 'https://evil.example' })).status).toBe(403);
  expect((await server.send('POST', '/', body, { accept, origin: 'https://evil.example' })).status).toBe(403);
  expect((await server.send('POST', '/mcp', body, { accept, 'mcp-session-id': 'gone' })).status).toBe(404);
  expect((await server.get('/', { accept: 'text/event-stream' })).status).toBe(405);
});

test('a client that is gone leaves the server free to stop', async () => {
  const server = await testServer();
  await over(server, '/mcp');
  await server[Symbol.asyncDispose]();
});

test('over a pipe, as a desktop client starts it, every tool works on one engine', { timeout: 60_000 }, async () => {
  using place = new Workplace();
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [builtLauncher(), 'mcp', '--worker', 'echo'],
    env: { HOME: place.environment['HOME']!, PATH: process.env['PATH'] ?? '' },
    cwd: place.path,
    stderr: 'ignore',
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport);
  closing.push(() => client.close());
  expect((await client.listTools()).tools.map(({ name }) => name).sort()).toEqual(NAMES);
  const { structuredContent: answer } = await call(client, 'infer', { prompt: 'over a pipe' });
  expect(answer).toMatchObject({ status: 'completed', output: 'over a pipe', provider: 'echo' });
  const batch = await call(client, 'batch_infer', { prompts: ['x', 'y'] });
  expect(batch.structuredContent.completed).toBe(2);
  const kept = await call(client, 'get_result', { request_id: answer.request_id });
  expect(kept.structuredContent.output).toBe('over a pipe');
  expect((await call(client, 'cancel_request', { request_id: answer.request_id })).structuredContent.cancelled).toBe(
    false,
  );
  const values = { stages: { inference: { max_tokens: 1 } } };
  expect((await call(client, 'configure_pipeline', { values })).structuredContent.applied).toHaveLength(1);
  expect((await call(client, 'infer', { prompt: 'over a pipe' })).structuredContent.output).toBe('over ');
  await call(client, 'reload_config');
  expect((await call(client, 'infer', { prompt: 'over a pipe' })).structuredContent.output).toBe('over a pipe');
  expect((await call(client, 'dump_dlq')).structuredContent.total).toBe(0);
  expect((await call(client, 'replay_dlq')).structuredContent.replayed).toBe(0);
  // A picture is at most a tenth of a second old.
  await expect.poll(async () => (await call(client, 'pipeline_status')).structuredContent.totals.completed).toBe(5);
});
