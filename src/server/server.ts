import { hostname } from 'node:os';
import type { Clock } from '../core/clock.ts';
import type { Environment } from '../core/environment.ts';
import { messageOf, OrchestratorError } from '../core/errors.ts';
import type { Ids } from '../core/ids.ts';
import { type Random, systemSecretId } from '../core/random.ts';
import type { Engine } from '../engine.ts';
import type { Storage } from '../storage/contract.ts';
import { DeadLetterStore } from '../storage/dead-letters.ts';
import { openStorage } from '../storage/open-storage.ts';
import { LEASE_MS } from '../storage/owners.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Snapshot } from '../telemetry/snapshot.ts';
import { Access } from './access.ts';
import { listed } from './api-keys.ts';
import { createApp } from './app.ts';
import type { ConfigControl } from './config-control.ts';
import { Letters } from './letters.ts';
import { McpSessions } from './mcp/mcp-sessions.ts';
import { listenForMetrics, type MetricsListener } from './metrics-listener.ts';
import { openFileLimit, openFileWarning } from './open-files.ts';
import { isLoopback, Origins } from './origins.ts';
import { routes } from './routes/index.ts';
import type { ServiceConfig } from './sections.ts';
import { ServerMetrics } from './server-metrics.ts';
import type { Service } from './service.ts';
import { OpenStreams } from './streams/open-streams.ts';
import { Submissions } from './submissions.ts';

/** How long answers may take to leave once the engine has ended, milliseconds. */
const FLUSH_MS = 100;

export interface ServerOptions {
  readonly engine: Engine;
  readonly config: Pick<ServiceConfig, 'server' | 'observability' | 'stages' | 'routing'>;
  /** Where requests that are promised an answer are kept, and whose they are; null where nothing lasts. */
  readonly store: { readonly storage: Storage; readonly owner: { readonly id: string } } | null;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly random: Random;
  /** Where keys and origins come from. */
  readonly environment: Environment;
  readonly version: string;
  readonly logger: Logger;
  readonly control: ConfigControl;
  /** Files that may be open at once; as the system says, unless given. */
  readonly openFiles?: number | null;
  /** Time to send the whole of a request, milliseconds; a minute unless given. */
  readonly requestMs?: number;
  /** Others may reach it without a key. */
  readonly insecure?: boolean;
}

/** A server that listens. */
export interface RunningServer {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly port: number;
  /** Of the second listener, when there is one. */
  readonly metricsPort: number | null;
  /** From now on nothing new is taken, and health says so; streams that would go on for ever end. */
  drain(): void;
  /** Ends everything; the engine has to have ended before, or its requests are cut off. */
  close(): Promise<void>;
}

/**
 * Starts the web API. Throws `listen_failed` when the address is taken, and `config_invalid` when others could reach it
 * without a key.
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { engine, config, clock, ids, environment, version, logger } = options;
  const { server } = config;
  const access = new Access(
    environment[server.api_keys_env],
    environment['METRICS_API_KEY'],
    `${options.random()}${options.random()}`,
  );
  if (!isLoopback(server.host) && !access.guarded && options.insecure !== true) {
    throw new OrchestratorError(
      'config_invalid',
      `server.host ${server.host} can be reached by others, and there is no key: set ${server.api_keys_env}, or start with --insecure.`,
      { param: 'server.host' },
    );
  }
  const memory = options.store === null ? await openStorage({ path: 'memory' }) : null;
  const storage = options.store?.storage ?? memory!;
  const submissions = new Submissions({ engine, storage, owner: options.store?.owner.id ?? 'memory', clock });
  const streams = new OpenStreams(clock);
  const mcp = new McpSessions(systemSecretId);
  const deadLetters = new Letters(engine, storage.durable ? new DeadLetterStore(storage) : null);
  const metrics = new ServerMetrics(engine, streams, submissions);
  let draining = false;
  const service: Service = {
    engine,
    version,
    clock,
    ids,
    access,
    submissions,
    streams,
    mcp,
    deadLetters,
    config: options.control,
    aliases: config.routing.aliases,
    snapshotJson: snapshotTexts(engine),
    async metrics() {
      await deadLetters.count().catch(() => undefined);
      return metrics.read();
    },
    get draining() {
      return draining || engine.snapshot().state !== 'running';
    },
  };
  const origins = new Origins(
    server.host,
    [hostname(), ...server.allowed_hosts],
    [...server.allowed_origins, ...listed(environment['ALLOWED_ORIGINS']).filter((origin) => origin !== '*')],
  );
  const app = await createApp({
    service,
    routes,
    origins,
    metrics,
    logger,
    bodyBytes: Math.round(server.body_limit_mb * 1024 * 1024),
    requestMs: options.requestMs,
  });
  let second: MetricsListener | null = null;
  const close = async (): Promise<void> => {
    await streams.answered(FLUSH_MS);
    streams.endAll();
    await mcp.close();
    const cut = clock.after(FLUSH_MS, () => {
      app.server.closeAllConnections();
      for (const socket of app.websocketServer.clients) socket.terminate();
    });
    await app.close();
    cut.cancel();
    await second?.close();
    await memory?.close();
  };
  try {
    await app.listen({ host: server.host, port: server.port });
    const { metrics_port } = config.observability;
    if (metrics_port !== undefined) second = await listenForMetrics(service, server.host, metrics_port);
  } catch (thrown) {
    await close();
    throw listenError(thrown, server.host, server.port);
  }
  const { openFiles = openFileLimit() } = options;
  const warning = openFileWarning(openFiles);
  if (warning !== null) logger.warn({ open_files: openFiles }, warning);
  let looking = { cancel: (): void => undefined };
  /** Now, for what an earlier service left; later on, for one beside this one that dies. */
  const recover = async (): Promise<void> => {
    try {
      const found = await submissions.recover(config.stages.inference.inference_workers);
      if (found > 0) logger.info({ requests: found }, 'going on with requests that were accepted before');
      // Others may have emptied the store, or filled it.
      await deadLetters.count();
    } catch (thrown) {
      logger.warn({ err: thrown }, 'the store could not be looked into');
    }
    if (!draining) looking = clock.after(LEASE_MS, () => void recover(), true);
  };
  if (storage.durable) await recover();
  const { port } = app.server.address() as { port: number };
  return {
    url: `http://${server.host.includes(':') ? `[${server.host.replace(/[[\]]/g, '')}]` : server.host}:${port}`,
    port,
    metricsPort: second?.port ?? null,
    drain() {
      draining = true;
      submissions.drain();
      looking.cancel();
      streams.endLive();
    },
    async close() {
      draining = true;
      submissions.drain();
      looking.cancel();
      await close();
    },
  };
}

function snapshotTexts(engine: Engine): () => string {
  let shown: Snapshot | null = null;
  let text = '';
  return () => {
    const snapshot = engine.snapshot();
    if (snapshot !== shown) text = JSON.stringify(snapshot);
    shown = snapshot;
    return text;
  };
}

function listenError(thrown: unknown, host: string, port: number): OrchestratorError {
  if (thrown instanceof OrchestratorError) return thrown;
  const { code, port: taken = port } = thrown as { code?: string; port?: number };
  const why =
    code === 'EADDRINUSE'
      ? 'another program listens there'
      : code === 'EACCES'
        ? 'this needs more rights'
        : messageOf(thrown);
  return new OrchestratorError('listen_failed', `Cannot listen on ${host}:${taken}: ${why}.`, { cause: thrown });
}
