import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { ServerClient } from '../../commands/shared/server-client.ts';
import { embeddedSource } from '../../commands/tui/embedded.ts';
import { connect } from '../../commands/tui/remote.ts';
import { systemClock } from '../../src/core/clock.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { Source } from '../../tui/source.ts';
import { echoing, type TestServer, type TestServerOptions, testServer } from '../server/support/server.ts';
import { prompt, scriptedProvider } from '../support/scripted-provider.ts';

const VERSION = '0.0.0-test';
const PATIENT = { timeout: 20_000, interval: 20 };

const clientOf = (url: string, key?: string): ServerClient => new ServerClient(systemClock, url, key);

/** A dashboard's source over the API of a server. */
async function watched(server: TestServer, key?: string) {
  const remote = await connect(clientOf(server.url, key), systemClock, VERSION);
  return { ...remote, [Symbol.dispose]: () => remote.close() };
}

/** A provider that fails for prompts with `bad` in them. */
function moody(): TestServerOptions {
  const provider = scriptedProvider();
  provider.atOnce((attempt) => {
    const said = String(attempt.messages.at(-1)!.content);
    if (said.includes('bad')) attempt.error = new OrchestratorError('provider_failed', 'It answered 500.');
    else attempt.emit(said);
  });
  return {
    provider,
    values: { resilience: { retry_attempts: 1, circuit_breaker_threshold: 50 } },
  };
}

const metric = (text: string, name: string): number =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);

describe('when traffic rests', () => {
  test('embedded and over the network the numbers on screen are those of /metrics', async () => {
    await using server = await testServer(moody());
    for (const input of ['a', 'b', 'bad', 'c', 'bad again']) await server.send('POST', '/v1/prompt', { input });
    await expect.poll(() => server.engine.snapshot().totals.in_flight, PATIENT).toBe(0);
    await expect.poll(() => server.engine.snapshot().totals.submitted, PATIENT).toBe(5);
    using remote = await watched(server);
    const embedded = embeddedSource({ engine: server.engine, store: null }, systemClock);
    const { text } = await server.get('/metrics');
    for (const { snapshot } of [remote.source, embedded] as readonly Source[]) {
      const { totals, providers, stages, dead_letters } = snapshot();
      expect({
        submitted: metric(text, 'orchestrator_pipeline_submitted_total'),
        completed: metric(text, 'orchestrator_pipeline_requests_total{outcome="completed"}'),
        failed: metric(text, 'orchestrator_pipeline_requests_total{outcome="failed"}'),
        calls: metric(text, 'orchestrator_inference_calls_total{provider="scripted"}'),
        waiting: metric(text, 'orchestrator_pipeline_queue_depth_requests{stage="inference"}'),
        letters: metric(text, 'orchestrator_pipeline_dead_letters_kept'),
      }).toEqual({
        submitted: totals.submitted,
        completed: totals.completed,
        failed: totals.failed,
        calls: providers['scripted']!.calls,
        waiting: stages.inference.depth,
        letters: dead_letters.stored,
      });
    }
  });
});

describe('a running server', () => {
  test('pictures come as they change', async () => {
    await using server = await testServer({ provider: echoing() });
    using remote = await watched(server);
    expect(remote.source.snapshot().totals.submitted).toBe(0);
    await server.send('POST', '/v1/prompt', { input: 'hello' });
    await expect.poll(() => remote.source.snapshot().totals.completed, PATIENT).toBe(1);
    expect(remote.source.snapshot()).toEqual(JSON.parse(JSON.stringify(server.engine.snapshot())));
  });

  test('requests are listed as the engine tells of them', async () => {
    await using server = await testServer();
    using remote = await watched(server);
    remote.source.watch('requests');
    server.engine.submitWith({ ...prompt('slow'), id: 'req-42' }, {}, () => undefined);
    await expect.poll(() => remote.source.details().requests?.open.map(({ id }) => id), PATIENT).toEqual(['req-42']);
    server.provider.call('slow').answer('at last');
    await expect.poll(() => remote.source.details().requests?.ended[0]?.status, PATIENT).toBe('completed');
    expect(remote.source.details().letters).toBeNull();
  });

  test.each(['embedded', 'remote'])('%s: dead letters are listed, sent again, removed', async (where) => {
    await using server = await testServer(moody());
    using remote = await watched(server);
    const source =
      where === 'remote' ? remote.source : embeddedSource({ engine: server.engine, store: null }, systemClock);
    source.subscribe(() => undefined);
    source.watch('letters');
    for (const input of ['bad 1', 'bad 2', 'bad 3']) await server.send('POST', '/v1/prompt', { input });
    await expect.poll(() => source.details().letters?.total, PATIENT).toBe(3);
    const [newest, middle] = source.details().letters!.letters;
    expect(newest).toMatchObject({ reason: 'failed', error: { code: 'provider_failed' } });
    expect(await source.replay([newest!])).toBe('1 sent again');
    await expect.poll(() => source.snapshot().dead_letters.replay.failed, PATIENT).toBe(1);
    expect(await source.purge([middle!])).toBe('1 removed for good');
    await expect.poll(() => source.details().letters?.total, PATIENT).toBe(2);
    expect(await source.replay(null)).toBe('2 sent again');
    await expect.poll(() => source.snapshot().dead_letters.replay.failed, PATIENT).toBe(3);
    expect(await source.purge(null)).toBe('2 removed for good');
    await expect.poll(() => source.details().letters?.total, PATIENT).toBe(0);
  });

  test.each(['embedded', 'remote'])('%s: a breaker is tripped and reset', async (where) => {
    await using server = await testServer(moody());
    using remote = await watched(server);
    const source =
      where === 'remote' ? remote.source : embeddedSource({ engine: server.engine, store: null }, systemClock);
    const state = () => source.snapshot().providers['scripted']!.breaker!.state;
    await source.breaker('scripted', 'trip');
    await expect.poll(state, PATIENT).toBe('open');
    await source.breaker('scripted', 'reset');
    await expect.poll(state, PATIENT).toBe('closed');
    await expect(source.breaker('nobody', 'trip')).rejects.toMatchObject({
      message: expect.stringMatching(/nobody|of this name/),
    });
  });

  test('its counters are not reset from here', async () => {
    await using server = await testServer();
    using remote = await watched(server);
    expect(remote.source.reset).toBeNull();
  });
});

describe('what may go wrong', () => {
  test('a server that stops is lost and says so; one that comes back is live again', async () => {
    const first = await testServer({ provider: echoing() });
    const port = Number(new URL(first.url).port);
    using remote = await watched(first);
    await first[Symbol.asyncDispose]();
    await expect.poll(() => remote.source.link().state, PATIENT).toBe('lost');
    expect(remote.source.snapshot().totals.submitted).toBe(0);
    await using second = await testServer({ provider: echoing(), values: { server: { port } } });
    await second.send('POST', '/v1/prompt', { input: 'anybody there' });
    await expect.poll(() => remote.source.link().state, PATIENT).toBe('live');
    await expect.poll(() => remote.source.snapshot().totals.completed, PATIENT).toBe(1);
  });

  test('nobody at the address, no key, another version, no orchestrator: a clear error each', async () => {
    await using server = await testServer({ environment: { API_KEY: 'secret-key-of-16' } });
    await expect(connect(clientOf('http://127.0.0.1:9'), systemClock, VERSION)).rejects.toMatchObject({
      message: expect.stringMatching(/cannot be reached/),
    });
    await expect(connect(clientOf(server.url), systemClock, VERSION)).rejects.toMatchObject({
      message: expect.stringMatching(/key/i),
    });
    using allowed = await watched(server, 'secret-key-of-16');
    expect(allowed.source.snapshot().state).toBe('running');
    await expect(connect(clientOf(server.url, 'secret-key-of-16'), systemClock, '9.9.9')).rejects.toMatchObject({
      message: expect.stringMatching(/it speaks version 0\.0\.0-test, this program is version 9\.9\.9/),
    });
  });

  test('a picture of another kind is refused, at the start and later', async () => {
    let body: unknown = { at: 1, totals: {} };
    const server = createServer((request, reply) => {
      reply.setHeader('content-type', 'application/json');
      reply.end(JSON.stringify(request.url === '/version' ? { name: 'orchestrator', version: VERSION } : body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (body of [{ at: 1, totals: {} }, []]) {
      await expect(connect(clientOf(url), systemClock, VERSION)).rejects.toMatchObject({
        message: expect.stringMatching(/its picture is of another kind/),
      });
    }
    for (body of [null, 'text']) {
      await expect(connect(clientOf(url), systemClock, VERSION)).rejects.toMatchObject({
        message: expect.stringMatching(/not as an orchestrator does/),
      });
    }
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
