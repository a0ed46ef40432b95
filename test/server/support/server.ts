import { configFromValues } from '../../../src/config/from-values.ts';
import type { Clock } from '../../../src/core/clock.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { Environment } from '../../../src/core/environment.ts';
import { createIds } from '../../../src/core/ids.ts';
import { present } from '../../../src/core/present.ts';
import { seededRandom } from '../../../src/core/random.ts';
import { createEngine, type Engine } from '../../../src/engine.ts';
import type { Provider } from '../../../src/providers/provider.ts';
import type { ConfigControl } from '../../../src/server/config-control.ts';
import { serviceSections } from '../../../src/server/sections.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../../src/server/server.ts';
import { createLogger } from '../../../src/telemetry/logger.ts';
import { type ScriptedProvider, scriptedProvider } from '../../support/scripted-provider.ts';

export interface TestServerOptions {
  /** Nested as in the file. */
  readonly values?: object;
  readonly environment?: Environment;
  readonly provider?: Provider;
  /** The providers that `values` configures answer, in place of the scripted one. */
  readonly configured?: boolean;
  readonly store?: ServerOptions['store'];
  readonly insecure?: boolean;
  readonly openFiles?: number | null;
  readonly requestMs?: number;
  /** Of the ids: another one where two servers share a store. */
  readonly seed?: number;
  readonly control?: ConfigControl;
  /** Of the server; the engine has the machine's. */
  readonly clock?: Clock;
}

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly engine: Engine;
  readonly provider: ScriptedProvider;
  readonly server: RunningServer;
  /** Every line of the log. */
  readonly log: readonly string[];
  get(path: string, headers?: Record<string, string>): Promise<Reply>;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Reply>;
}

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  readonly body: any;
}

const noControl: ConfigControl = {
  show: () => ({}),
  patch: () => ({ applied: [], needs_restart: [] }),
  reload: async () => ({ applied: [], needs_restart: [] }),
};

/** A server on a free port, over an engine whose provider does what the test says. */
export async function testServer(options: TestServerOptions = {}): Promise<TestServer> {
  const provider = scriptedProvider();
  const config = configFromValues(serviceSections, {
    ...options.values,
    server: { port: 0, ...(options.values as { server?: object } | undefined)?.server },
  });
  const random = seededRandom(options.seed ?? 1);
  const store = options.store ?? null;
  const engine = createEngine(config, {
    ...(options.configured === true ? {} : { provider: options.provider ?? provider }),
    random,
    ...(store === null ? {} : { storage: store.storage, owner: store.owner.id }),
  });
  const log: string[] = [];
  const server = await startServer({
    engine,
    config,
    store,
    clock: options.clock ?? systemClock,
    ids: createIds('req', random),
    random,
    environment: options.environment ?? {},
    version: '0.0.0-test',
    logger: createLogger({ format: 'json', level: 'debug', write: (line) => log.push(line) }),
    control: options.control ?? noControl,
    ...(options.insecure === undefined ? {} : { insecure: options.insecure }),
    ...present({ openFiles: options.openFiles, requestMs: options.requestMs }),
  });
  const send: TestServer['send'] = async (method, path, body, headers = {}) => {
    const reply = await fetch(`${server.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await reply.text();
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      parsed = null;
    }
    return { status: reply.status, headers: reply.headers, text, body: parsed };
  };
  return {
    url: server.url,
    engine,
    provider,
    server,
    log,
    get: (path, headers) => send('GET', path, undefined, headers),
    send,
    async [Symbol.asyncDispose]() {
      server.drain();
      await engine.drain(0);
      await server.close();
    },
  };
}

/** A provider that answers at once with the words of the prompt. */
export function echoing(): ScriptedProvider {
  const provider = scriptedProvider();
  provider.atOnce((attempt) => {
    const { content } = attempt.messages.at(-1)!;
    attempt.emit(String(content));
    attempt.finishReason = 'stop';
  });
  return provider;
}

/** One server-sent event. */
export interface SentEvent {
  readonly id: string | undefined;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  readonly data: any;
}

/** Reads events from a reply until it ends or `enough` says so; comments are left out. */
export async function* eventsOf(reply: Response): AsyncGenerator<SentEvent, void, void> {
  const decoder = new TextDecoder();
  let buffer = '';
  for await (const chunk of reply.body!) {
    buffer += decoder.decode(chunk as Uint8Array, { stream: true });
    for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
      const lines = buffer.slice(0, end).split('\n');
      buffer = buffer.slice(end + 2);
      const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      const event = field('event');
      if (event !== undefined) yield { id: field('id'), event, data: JSON.parse(field('data') ?? 'null') };
    }
  }
}

export async function allEvents(reply: Response): Promise<readonly SentEvent[]> {
  const events: SentEvent[] = [];
  for await (const event of eventsOf(reply)) events.push(event);
  return events;
}
