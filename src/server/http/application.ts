import { parse as parseQuery } from 'node:querystring';
import { pipeline, Readable } from 'node:stream';
import type { Logger } from '../../telemetry/logger.ts';
import { parseJsonBody } from '../json-body.ts';
import type { Origins } from '../origins.ts';
import type { Call, Route } from '../route.ts';
import type { ServerMetrics } from '../server-metrics.ts';
import type { Service } from '../service.ts';
import { checked } from '../validation.ts';
import { mayEnter } from './entry.ts';
import { errorAnswer } from './error-answer.ts';
import { type Arrival, Exchange, type Sink } from './exchange.ts';
import { Router } from './router.ts';

export interface ApplicationParts {
  readonly service: Service;
  readonly routes: readonly Route[];
  readonly origins: Origins;
  readonly metrics: ServerMetrics;
  readonly logger: Logger;
  /** Largest body of routes that leave it to the configuration. */
  readonly bodyBytes: number;
}

const NO_QUERY = Object.freeze({});
const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * What happens to a request, however it came in: host, origin, key, method, body, schema, handler, reply. Without a
 * promise where the handler needs none: nothing else costs as much as the turns of the queue that each of them takes.
 */
export class Application {
  readonly router: Router;
  private readonly parts: ApplicationParts;

  constructor(parts: ApplicationParts) {
    this.parts = parts;
    this.router = new Router(parts.routes);
  }

  /** A request whose headers have come. */
  begin(arrival: Arrival, sink: Sink): Exchange {
    const { service } = this.parts;
    const id = callersId(arrival.headers['x-request-id']) ?? service.ids();
    const exchange = new Exchange(arrival, id, service.clock.now(), sink);
    exchange.place = this.router.find(arrival.path);
    exchange.route = exchange.place?.byMethod.get(arrival.method) ?? null;
    return exchange;
  }

  /** Whether it may come in, and is not answered yet; throws what is to be told with `fail`. */
  admit(exchange: Exchange): boolean {
    const { origins, service } = this.parts;
    if (mayEnter(exchange, origins, service.access)) return true;
    exchange.send('');
    return false;
  }

  /** Bytes that its body may have. */
  bodyLimit({ route }: Exchange): number {
    const bodyBytes = route?.limits.bodyBytes ?? 'configured';
    return bodyBytes === 'configured' ? this.parts.bodyBytes : bodyBytes;
  }

  /** Answers a request that was admitted, with all of its body; null when it brings none. */
  answer(exchange: Exchange, bytes: Buffer | null): void {
    try {
      const value = this.handle(exchange, bytes);
      if (value instanceof Promise) {
        value.then(
          (later) => this.reply(exchange, later),
          (thrown) => this.fail(exchange, thrown),
        );
      } else this.reply(exchange, value);
    } catch (thrown) {
      this.fail(exchange, thrown);
    }
  }

  /** Tells what went wrong. */
  fail(exchange: Exchange, thrown: unknown): void {
    const body = errorAnswer(thrown, exchange, this.parts.logger);
    // Who answers by itself has said it, or has nobody to say it to.
    if (!exchange.taken) exchange.send(JSON.stringify(body));
  }

  /** It was answered with `status`, or its client is gone: counts it. */
  ended(exchange: Exchange, status: number): void {
    const { metrics, logger, service } = this.parts;
    const ms = service.clock.now() - exchange.arrivedAt;
    const path = exchange.place?.path ?? 'none';
    metrics.answered(path, exchange.route?.method ?? 'other', status, ms / 1000);
    // What a stop interrupts is told by its dead letter; a second line for each would hold the stop up.
    const level = status >= 500 && !(status === 503 && service.draining) ? 'warn' : 'debug';
    if (!logger.isLevelEnabled(level)) return;
    const { requestId, method } = exchange;
    const line = { request_id: requestId, method, route: path, status, ms: Math.round(ms * 10) / 10 };
    logger[level](line, status >= 500 ? 'request failed' : 'request');
  }

  private handle(exchange: Exchange, bytes: Buffer | null): unknown {
    const { path, search, headers, visitor, requestId } = exchange;
    const route = exchange.route!;
    const given = {
      params: this.router.params(path),
      query: search === '' ? NO_QUERY : parseQuery(search),
      body: bytes === null || bytes.length === 0 ? undefined : parseJsonBody(bytes),
    };
    const { params, query, body } = checked(route.schema, given);
    const call = { service: this.parts.service, params, query, body, headers, visitor, requestId, reply: exchange };
    return route.handle(call as Call<never, never, never>);
  }

  private reply(exchange: Exchange, value: unknown): void {
    if (exchange.taken) return;
    if (value instanceof Readable) {
      exchange.hijack();
      exchange.raw.writeHead(exchange.status, exchange.getHeaders());
      pipeline(value, exchange.raw, () => undefined);
    } else if (typeof value === 'string') exchange.send(value);
    else if (value === undefined) exchange.send('');
    else {
      exchange.type(JSON_TYPE);
      exchange.send(JSON.stringify(value));
    }
  }
}

/** A caller's own name for a request, where it is fit for logs and headers. */
function callersId(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(header) ? header : null;
}
