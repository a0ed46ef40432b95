import { pipeline, Readable } from 'node:stream';
import type { Logger } from '../../telemetry/logger.ts';
import type { Origins } from '../origins.ts';
import type { Call, Route } from '../route.ts';
import type { ServerMetrics } from '../server-metrics.ts';
import type { Service } from '../service.ts';
import { checked } from '../validation.ts';
import { mayEnter } from './entry.ts';
import { errorAnswer } from './error-answer.ts';
import { Exchange, type Match, type Raw } from './exchange.ts';

export interface ApplicationParts {
  readonly service: Service;
  readonly routes: readonly Route[];
  readonly origins: Origins;
  readonly metrics: ServerMetrics;
  readonly logger: Logger;
  /** Largest body of routes that leave it to the configuration. */
  readonly bodyBytes: number;
}

/** What a call gives to be checked. */
interface Given {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

const JSON_REPLY = 'application/json; charset=utf-8';

/**
 * What happens to a request, whoever found its route: host, origin, key, schema, handler, reply, count. Without a promise
 * where the handler needs none: each of them costs as much as one of these steps.
 */
export class Application {
  private readonly parts: ApplicationParts;

  constructor(parts: ApplicationParts) {
    this.parts = parts;
  }

  /** A request whose headers have come. */
  begin(node: Raw, match: Match): Exchange {
    const { service } = this.parts;
    const id = callersId(node.request.headers['x-request-id']) ?? service.ids();
    return new Exchange(node, match, id, service.clock.now());
  }

  /** Whether it may come in, before its body is read; when not, it is answered. */
  admit(exchange: Exchange): boolean {
    const { origins, service, routes } = this.parts;
    try {
      if (mayEnter(exchange, origins, service.access, routes)) return true;
      this.send(exchange, '');
    } catch (thrown) {
      this.fail(exchange, thrown);
    }
    return false;
  }

  bodyLimit({ limits: { bodyBytes } }: Route): number {
    return bodyBytes === 'configured' ? this.parts.bodyBytes : bodyBytes;
  }

  /** Answers a request that was admitted. */
  answer(exchange: Exchange, route: Route, given: Given): void {
    try {
      const { params, query, body } = checked(route.schema, given);
      const { headers, visitor, requestId } = exchange;
      const call = { service: this.parts.service, params, query, body, headers, visitor, requestId, reply: exchange };
      const value = route.handle(call as Call<never, never, never>);
      if (!(value instanceof Promise)) this.reply(exchange, value);
      else {
        value.then(
          (later) => this.reply(exchange, later),
          (thrown) => this.fail(exchange, thrown),
        );
      }
    } catch (thrown) {
      this.fail(exchange, thrown);
    }
  }

  /** Tells what went wrong. */
  fail(exchange: Exchange, thrown: unknown): void {
    const body = errorAnswer(thrown, exchange, this.parts.logger);
    // Who answers by itself has said it, or has nobody to say it to.
    if (exchange.taken) this.whenClosed(exchange);
    else this.send(exchange, JSON.stringify(body));
  }

  private reply(exchange: Exchange, value: unknown): void {
    if (exchange.taken) this.whenClosed(exchange);
    else if (value instanceof Readable) {
      this.whenClosed(exchange);
      exchange.raw.writeHead(exchange.status, exchange.fields);
      pipeline(value, exchange.raw, () => undefined);
    } else if (typeof value === 'string') this.send(exchange, value);
    else if (value === undefined) this.send(exchange, '');
    else {
      exchange.type(JSON_REPLY);
      this.send(exchange, JSON.stringify(value));
    }
  }

  private send(exchange: Exchange, body: string): void {
    exchange.send(body);
    this.ended(exchange);
  }

  /** Counts an answer that is written elsewhere once it has left, or its client is gone. */
  private whenClosed(exchange: Exchange): void {
    if (exchange.raw.closed) this.ended(exchange);
    else exchange.raw.on('close', () => this.ended(exchange));
  }

  /** It was answered. */
  private ended(exchange: Exchange): void {
    const { metrics, logger, service } = this.parts;
    const { match, requestId, node, arrivedAt } = exchange;
    const { statusCode: status } = node.response;
    const ms = service.clock.now() - arrivedAt;
    const path = match.path ?? 'none';
    metrics.answered(path, match.route?.method ?? 'other', status, ms / 1000);
    // What a stop interrupts is told by its dead letter; a second line for each would hold the stop up.
    const level = status >= 500 && !(status === 503 && service.draining) ? 'warn' : 'debug';
    if (!logger.isLevelEnabled(level)) return;
    const { method } = node.request;
    const line = { request_id: requestId, method, route: path, status, ms: Math.round(ms * 10) / 10 };
    logger[level](line, status >= 500 ? 'request failed' : 'request');
  }
}

/** A caller's own name for a request, where it is fit for logs and headers. */
function callersId(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(header) ? header : null;
}
