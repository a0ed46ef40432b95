import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { ERRORS, type ErrorCode, OrchestratorError, toOrchestratorError } from '../core/errors.ts';
import type { Logger } from '../telemetry/logger.ts';
import type { Visitor } from './access.ts';
import { errorBody, errorHeaders } from './error-reply.ts';
import { parseJsonBody } from './json-body.ts';
import type { Origins } from './origins.ts';
import type { Call, Route } from './route.ts';
import type { ServerMetrics } from './server-metrics.ts';
import type { Service } from './service.ts';
import { checked } from './validation.ts';

/** Time to send the head of a request, and the whole of it, milliseconds. */
const HEAD_MS = 10_000;
const REQUEST_MS = 60_000;
const CHECK_MS = 2000;
const HEAD_BYTES = 16 * 1024;
/** Of one WebSocket frame. */
const FRAME_BYTES = 1024 * 1024;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The definition that the request matched. */
    route?: Route;
  }
  interface FastifyRequest {
    visitor: Visitor;
  }
}

export interface AppParts {
  readonly service: Service;
  readonly routes: readonly Route[];
  readonly origins: Origins;
  readonly metrics: ServerMetrics;
  readonly logger: Logger;
  readonly bodyBytes: number;
  /** Time to send the whole of a request, milliseconds; 60 s unless given. */
  readonly requestMs?: number | undefined;
}

/** The HTTP application: every route with its checks, in the order host, origin, key, limits, schema, handler. */
export async function createApp(parts: AppParts): Promise<FastifyInstance> {
  const { service, routes, logger, bodyBytes } = parts;
  const app: FastifyInstance = Fastify({
    // Requests and errors are logged below: a child logger for each request would cost as much as half an answer.
    logger: false,
    genReqId: ({ headers }) => callersId(headers['x-request-id']) ?? service.ids(),
    bodyLimit: bodyBytes,
    exposeHeadRoutes: false,
    // Not below: fastify lays its own over it, which is none.
    requestTimeout: parts.requestMs ?? REQUEST_MS,
    http: { maxHeaderSize: HEAD_BYTES, headersTimeout: HEAD_MS, connectionsCheckingInterval: CHECK_MS },
    clientErrorHandler: (error, socket) => refuseRaw(error, socket),
    frameworkErrors: (error, request, reply) => void sendError(parts, error, request, reply),
  });
  // Every request gets its own in `admit`; fastify wants to know the place.
  app.decorateRequest('visitor', null as never);
  await app.register(websocket, { options: { maxPayload: FRAME_BYTES, perMessageDeflate: false } });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    /^application\/(?:[\w.-]+\+)?json(?:;.*)?$/i,
    { parseAs: 'buffer' },
    ({ headers }: FastifyRequest, body: Buffer, done: (error: Error | null, value?: unknown) => void) => {
      let value: unknown;
      try {
        refuseEncoded(headers['content-encoding']);
        value = body.length === 0 ? undefined : parseJsonBody(body);
      } catch (thrown) {
        done(thrown as Error);
        return;
      }
      done(null, value);
    },
  );
  // Plain callbacks: a promise for each hook of each request is what the rest of a request costs.
  app.addHook('onRequest', (request, reply, done) => {
    if (admit(parts, request, reply)) done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { url = 'none', config } = request.routeOptions;
    const { statusCode, elapsedTime } = reply;
    parts.metrics.answered(url, config.route?.method ?? 'other', statusCode, elapsedTime / 1000);
    // What a stop interrupts is told by its dead letter; a second line for each would hold the stop up.
    const level = statusCode >= 500 && !(statusCode === 503 && service.draining) ? 'warn' : 'debug';
    if (logger.isLevelEnabled(level)) {
      const { id, method } = request;
      const line = { request_id: id, method, route: url, status: statusCode, ms: Math.round(elapsedTime * 10) / 10 };
      logger[level](line, statusCode >= 500 ? 'request failed' : 'request');
    }
    done();
  });
  app.setErrorHandler((error, request, reply) => sendError(parts, error, request, reply));
  app.setNotFoundHandler((request) => {
    throw new OrchestratorError(
      'not_found',
      `There is no ${request.method} ${request.url.split('?')[0]!.slice(0, 200)}.`,
    );
  });
  for (const route of routes) register(app, service, route);
  refuseOtherMethods(app, routes);
  return app;
}

function register(app: FastifyInstance, service: Service, route: Route): void {
  const { bodyBytes } = route.limits;
  const handler = (request: FastifyRequest, reply: FastifyReply): unknown => {
    const { params, query, body } = checked(route.schema, request);
    const { headers, visitor, id: requestId } = request;
    const call = { service, params, query, body, headers, visitor, requestId, reply };
    return route.handle(call as Call<never, never, never>);
  };
  for (const url of route.paths) {
    app.route({
      method: route.method,
      url,
      config: { route },
      exposeHeadRoute: answersHead(route),
      ...(bodyBytes === 'configured' ? {} : { bodyLimit: bodyBytes }),
      handler,
      ...(route.socket === undefined
        ? {}
        : { wsHandler: (socket, { visitor }) => route.socket?.(socket, service, visitor) }),
    });
  }
}

const answersHead = ({ anyHost, head }: Route): boolean => anyHost === true || head === true;

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** A path that is known with other methods says which. */
function refuseOtherMethods(app: FastifyInstance, routes: readonly Route[]): void {
  const byPath = new Map<string, Set<string>>();
  for (const route of routes) {
    for (const path of route.paths) {
      const allowed = (byPath.get(path) ?? new Set()).add(route.method);
      if (answersHead(route)) allowed.add('HEAD');
      byPath.set(path, allowed);
    }
  }
  for (const [url, allowed] of byPath) {
    app.route({
      method: METHODS.filter((method) => !allowed.has(method)),
      url,
      handler: async (request, reply) => {
        reply.header('allow', [...allowed].join(', '));
        throw new OrchestratorError('method_not_allowed', `${request.method} is not possible here.`);
      },
    });
  }
}

/** Whether a request may come in at all, before its body is read; throws when not. False for what is answered here. */
function admit({ service, origins, routes }: AppParts, request: FastifyRequest, reply: FastifyReply): boolean {
  const { headers } = request;
  const { route } = request.routeOptions.config;
  reply.header('x-request-id', request.id);
  reply.header('x-content-type-options', 'nosniff');
  refuseTwoHosts(request.raw.rawHeaders);
  if (route?.anyHost !== true) origins.checkHost(headers);
  const origin = origins.checkOrigin(headers);
  if (origin !== null) {
    reply.headers({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': EXPOSED,
      vary: 'origin',
    });
  }
  if (request.method === 'OPTIONS' && origin !== null && headers['access-control-request-method'] !== undefined) {
    reply.code(204).headers(preflight(routes, request.routeOptions.url)).send();
    return false;
  }
  request.visitor = service.access.check(route?.auth ?? 'key', headers);
  if (request.ws && route !== undefined && route.socket === undefined) {
    throw new OrchestratorError('request_invalid', `There is no WebSocket here; ${socketPaths(routes)} has one.`);
  }
  return true;
}

const socketPaths = (routes: readonly Route[]): string =>
  routes.flatMap(({ socket, paths }) => (socket === undefined ? [] : paths)).join(' or ');

function refuseEncoded(encoding: string | undefined): void {
  if (encoding === undefined || encoding === 'identity') return;
  const shown = JSON.stringify(encoding.slice(0, 40));
  throw new OrchestratorError(
    'content_type_unsupported',
    `A body is sent as it is, not with content-encoding ${shown}.`,
  );
}

/** Node takes the first of two Hosts; whoever stands in front may have taken the second (RFC 9112, 3.2). */
function refuseTwoHosts(rawHeaders: readonly string[]): void {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  if (hosts > 1) throw new OrchestratorError('request_invalid', 'The request has more than one Host.');
}

const EXPOSED =
  'x-request-id, retry-after, retry-after-ms, x-should-retry, idempotency-key, idempotent-replayed, x-orchestrator-provider, x-orchestrator-model, x-orchestrator-source, x-orchestrator-cost, x-orchestrator-attempts, x-orchestrator-queue-ms, x-orchestrator-overhead-ms, x-orchestrator-request-id, request-id, mcp-session-id';

const ALLOWED =
  'authorization, content-type, x-api-key, x-request-id, x-session-id, idempotency-key, last-event-id, anthropic-version, anthropic-beta, mcp-session-id, mcp-protocol-version, x-orchestrator-priority, x-orchestrator-deadline-ms, x-orchestrator-session, x-orchestrator-no-cache, x-orchestrator-no-dead-letter, x-orchestrator-route';

function preflight(routes: readonly Route[], url: string | undefined): Readonly<Record<string, string>> {
  const methods = routes.filter(({ paths }) => url !== undefined && paths.includes(url)).map(({ method }) => method);
  return {
    'access-control-allow-methods': [...new Set(methods)].join(', '),
    'access-control-allow-headers': ALLOWED,
    'access-control-max-age': '600',
  };
}

function sendError({ logger }: AppParts, thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const error = ownError(thrown, request);
  const refusal = request.routeOptions.config.route?.refuse?.(error, request.id, request.headers) ?? {
    status: ERRORS[error.code].status,
    body: errorBody(error, request.id),
  };
  // The stack of a defect is for whoever mends it.
  if (error.code === 'internal') logger.error({ err: error.cause ?? error, request_id: request.id }, 'internal error');
  if (error.code === 'unauthorized') {
    reply.header('www-authenticate', request.routeOptions.url === '/' ? 'Basic realm="orchestrator"' : 'Bearer');
  }
  return reply
    .code(refusal.status)
    .headers({ ...errorHeaders(error), ...refusal.headers })
    .type('application/json; charset=utf-8')
    .send(refusal.body);
}

/** Fastify's errors in the words of the table. */
const OWN_CODES: Readonly<Record<string, ErrorCode>> = { FST_ERR_REQ_INVALID_HOST: 'host_refused' };

function ownError(thrown: unknown, request: FastifyRequest): OrchestratorError {
  const { code, statusCode, message } = thrown as Partial<FastifyError>;
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    const most = request.routeOptions.bodyLimit ?? 0;
    return new OrchestratorError('body_too_large', `The body is larger than ${most.toLocaleString('en')} bytes.`);
  }
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') {
    const given = JSON.stringify((request.headers['content-type'] ?? '').slice(0, 100));
    return new OrchestratorError('content_type_unsupported', `A body is application/json, not ${given}.`);
  }
  const own = OWN_CODES[code ?? ''];
  if (own !== undefined) return new OrchestratorError(own, message ?? own);
  if (!(thrown instanceof OrchestratorError) && statusCode !== undefined && statusCode < 500) {
    return new OrchestratorError('request_invalid', message ?? 'The request is not valid.');
  }
  return toOrchestratorError(thrown);
}

const RAW_CODES: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** What is no HTTP at all, or takes too long, gets one answer and is closed. */
function refuseRaw(thrown: Error & { readonly code?: string }, socket: Socket): void {
  if (thrown.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = RAW_CODES[thrown.code ?? ''] ?? 'request_invalid';
  const error = new OrchestratorError(
    code,
    code === 'request_invalid' ? 'This is not a valid HTTP request.' : thrown.message,
  );
  const body = JSON.stringify(errorBody(error, ''));
  const { status } = ERRORS[code];
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** A caller's own name for a request, where it is fit for logs and headers. */
function callersId(header: string | string[] | undefined): string | null {
  return typeof header === 'string' && /^[A-Za-z0-9_-]{1,64}$/.test(header) ? header : null;
}
