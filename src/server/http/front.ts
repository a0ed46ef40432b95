import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Route } from '../route.ts';
import type { Application } from './application.ts';
import { bodyValue, JSON_TYPE, readBody } from './body.ts';
import type { Exchange, Match } from './exchange.ts';

/** A route that is found by its path alone. */
interface Front extends Match {
  readonly route: Route;
  readonly path: string;
}

const NONE = Object.freeze({});

/**
 * Calls that bring JSON to a fixed path, which are nearly all that a busy service gets, go to their route directly:
 * finding it, and its body, through the framework costs as much as asking the engine. They pass the same steps in the
 * same order. False for all others, and for those with anything unusual: the framework takes them.
 */
export function createFront(application: Application, routes: readonly Route[]) {
  const byPath = new Map<string, Front>();
  for (const route of routes) {
    if (route.method !== 'POST' || route.schema.body === undefined) continue;
    for (const path of route.paths) if (!path.includes(':')) byPath.set(path, { route, path });
  }
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    if (request.method !== 'POST') return false;
    const front = byPath.get(request.url!);
    if (front === undefined) return false;
    const { 'content-type': type, 'content-length': length } = request.headers;
    if (type === undefined || !JSON_TYPE.test(type)) return false;
    if (length === undefined || Number(length) > application.bodyLimit(front.route)) return false;
    const exchange = application.begin({ request, response }, front);
    if (!application.admit(exchange)) return true;
    readBody(request, (bytes) => receive(application, exchange, front, bytes));
    return true;
  };
}

function receive(application: Application, exchange: Exchange, { route }: Front, bytes: Buffer): void {
  let body: unknown;
  try {
    body = bodyValue(exchange.headers, bytes);
  } catch (thrown) {
    application.fail(exchange, thrown);
    return;
  }
  application.answer(exchange, route, { params: NONE, query: NONE, body });
}
