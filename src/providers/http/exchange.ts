import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { Attempt } from '../../core/attempt.ts';
import type { Clock } from '../../core/clock.ts';
import type { OrchestratorError } from '../../core/errors.ts';
import type { Endpoint } from './base-url.ts';
import { decoded, readUpTo } from './body.ts';
import { Connections, type Lease } from './connections.ts';
import type { Lookup } from './connector.ts';
import type { AnswerReader, Dialect } from './dialect.ts';
import { CAPS, type Limits, Watch } from './limits.ts';
import { networkError, type Phase, wasClosed } from './network-error.ts';
import { receive } from './receive.ts';
import { type HeaderOf, retryAfterMs } from './retry-after.ts';
import type { Complainer } from './upstream-error.ts';

/** A provider's side of every exchange. */
export interface Service {
  readonly who: Complainer;
  readonly endpoint: Endpoint;
  readonly dialect: Dialect;
  /** Sent to the endpoint and to nothing else. */
  readonly headers: () => Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly lookup: Lookup;
}

/** How long after it was sent a lost request may still have met a connection that was closed for being idle. */
const RACE_MS = 1000;
/** No server closes a connection for being idle sooner: a reset before that is a failure, and the request may have arrived. */
const SHORTEST_IDLE_MS = 500;
/** How long the end of an answer that was already understood may take, for its connection to be kept. */
const TRAILER_MS = 1000;

/** Has attempts answered over HTTP. */
export class Exchange {
  private readonly service: Service;
  private readonly connections: Connections;

  constructor(service: Service) {
    const { who, endpoint, clock, limits, lookup } = service;
    this.service = service;
    this.connections = new Connections({ name: who.name, endpoint, clock, connectMs: limits.connectMs, lookup });
  }

  /** Answers one attempt. What fails is in `attempt.error`; nothing is when it was aborted. */
  readonly run = async (attempt: Attempt): Promise<void> => {
    const { who, dialect, clock, limits, endpoint } = this.service;
    const { signal } = attempt;
    if (signal.aborted) return;
    const controller = new AbortController();
    let expired: OrchestratorError | null = null;
    const watch = new Watch(clock, limits, who.name, (error) => {
      expired = error;
      controller.abort();
    });
    const stop = (): void => controller.abort();
    signal.addEventListener('abort', stop, { once: true });
    let reader: AnswerReader | null = null;
    let lease: Lease | null = null;
    let answered: { lease: Lease; stream: Readable; chunks: AsyncIterator<Uint8Array> } | null = null;
    let phase: Phase = 'sending';
    try {
      const { path, body, headers = {} } = dialect.request(attempt);
      reader = dialect.reader(attempt);
      watch.start();
      const sent = await this.send(path, JSON.stringify(body), headers, controller.signal);
      lease = sent.lease;
      phase = 'reading';
      const header = headerOf(sent.response);
      const stream = decoded(sent.response.body, header('content-encoding'), who.name);
      const chunks: AsyncIterator<Uint8Array> = stream[Symbol.asyncIterator]();
      // A refusal is an answer as well: a provider that limits us is not made to shake hands for each of them.
      if (sent.response.statusCode >= 400) answered = { lease, stream, chunks };
      await receive({ status: sent.response.statusCode, header, chunks }, { ...this.service, reader, watch }, () =>
        retryAfterMs(header, clock.wall()),
      );
      void this.finish(lease, stream, chunks);
    } catch (thrown) {
      if (answered !== null && !controller.signal.aborted)
        void this.finish(answered.lease, answered.stream, answered.chunks);
      else if (lease !== null) this.connections.drop(lease);
      // A refusal whose reason was too slow in coming is still that refusal.
      const late = answered === null ? expired : null;
      if (!signal.aborted) attempt.error = late ?? networkError(thrown, who.name, endpoint.origin, phase);
    } finally {
      watch.stop();
      signal.removeEventListener('abort', stop);
      reader?.close();
    }
  };

  close(): void {
    this.connections.close();
  }

  /**
   * Sends a request. A connection that the server closed for being idle just as it was used again looks like a failure:
   * then, and only if not a byte came back, it is sent once more over a new one.
   */
  private async send(path: string, body: string, own: Readonly<Record<string, string>>, signal: AbortSignal) {
    const { clock, endpoint, headers } = this.service;
    const options: Dispatcher.RequestOptions = {
      method: 'POST',
      path: `${endpoint.basePath}${path}`,
      headers: {
        accept: 'text/event-stream, application/json',
        'accept-encoding': 'identity',
        'content-type': 'application/json',
        'user-agent': 'orchestrator',
        ...own,
        ...headers(),
      },
      body,
      signal,
    };
    const sentAt = clock.now();
    const lease = await this.connections.take(false);
    try {
      return { lease, response: await this.connections.request(lease, options) };
    } catch (thrown) {
      this.connections.drop(lease);
      const { socket, bytesRead, idleMs } = lease;
      const silent = socket !== null && socket.bytesRead === bytesRead && idleMs >= SHORTEST_IDLE_MS;
      if (!silent || !wasClosed(thrown) || signal.aborted || clock.now() - sentAt > RACE_MS) throw thrown;
    }
    const fresh = await this.connections.take(true);
    try {
      return { lease: fresh, response: await this.connections.request(fresh, options) };
    } catch (thrown) {
      this.connections.drop(fresh);
      throw thrown;
    }
  }

  /** Reads what is behind the end of an answer, so that the connection can be used again. Nobody waits for it. */
  private async finish(lease: Lease, stream: Readable, chunks: AsyncIterator<Uint8Array>): Promise<void> {
    const timer = this.service.clock.after(TRAILER_MS, () => void stream.destroy(), true);
    try {
      const { complete } = await readUpTo(chunks, CAPS.trailerBytes);
      if (complete) this.connections.keep(lease);
      else this.connections.drop(lease);
    } catch {
      this.connections.drop(lease);
    } finally {
      timer.cancel();
    }
  }
}

function headerOf({ headers }: Dispatcher.ResponseData): HeaderOf {
  return (name) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
}
