import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import websocket from '@fastify/websocket';
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type ErrorCode, OrchestratorError } from '../core/errors.ts';
import { Application, type ApplicationParts } from './http/application.ts';
import { bodyValue, JSON_TYPE } from './http/body.ts';
import { refuseRaw } from './http/error-answer.ts';
import type { Exchange } from './http/exchange.ts';
import { createFront } from './http/front.ts';
import { createServer } from './http/node-http.ts';
import type { Route } from './route.ts';
import type { Service } from './service.ts';

/** Time to send the head of a request, and the whole of it, milliseconds. */
const HEAD_MS = 10_000;
const REQUEST_MS = 60_000;
const CHECK_MS = 2000;
/** How long a connection without a request is kept. */
const KEPT_MS = 72_000;
const HEAD_BYTES = 16 * 1024;
/** Of one WebSocket frame. */
const FRAME_BYTES = 1024 * 1024;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The definition that the request matched. */
    route?: Route;
  }
  interface FastifyRequest {
    exchange: Exchange;
  }
}

export interface AppParts extends ApplicationParts {
  /** Time to send the whole of a request, milliseconds; 60 s unless given. */
  readonly requestMs?: number | undefined;
}

/**
 * The HTTP server around an application. The framework finds the routes, reads what they take and keeps the connections;
 * what happens in between is the application's, and so is each reply. The busiest routes it never sees.
 */
export async function createApp(parts: AppParts): Promise<FastifyInstance> {
  const { routes, service, bodyBytes, requestMs = REQUEST_MS } = parts;
  const application = new Application(parts);
  const front = createFront(application, routes);
  const app: FastifyInstance = Fastify<Server>({
    logger: false,
    genReqId: () => '',
    bodyLimit: bodyBytes,
    exposeHeadRoutes: false,
    // Schemas are checked by ours: the compilers of the framework need not be loaded.
    schemaController: { compilersFactory: { buildValidator: noCompiler, buildSerializer: noCompiler } },
    serverFactory: (handler) => {
      const options = {
        maxHeaderSize: HEAD_BYTES,
        headersTimeout: Math.min(HEAD_MS, requestMs),
        requestTimeout: requestMs,
        connectionsCheckingInterval: CHECK_MS,
        keepAliveTimeout: KEPT_MS,
      };
      const server = createServer(options, (request, response) => {
        if (!front(request, response)) handler(request, response);
      });
      return server.on('clientError', (error, socket) => refuseRaw(error, socket as Socket));
    },
    frameworkErrors: (error, request, reply) => {
      begin(application, request, reply);
      fail(application, error, request, reply);
    },
  });
  // Every request gets its own as soon as its headers have come; the framework wants to know the place.
  app.decorateRequest('exchange', null as never);
  await app.register(websocket, { options: { maxPayload: FRAME_BYTES, perMessageDeflate: false } });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    JSON_TYPE,
    { parseAs: 'buffer' },
    ({ headers }: FastifyRequest, body: Buffer, done: (error: Error | null, value?: unknown) => void) => {
      let value: unknown;
      try {
        value = bodyValue(headers, body);
      } catch (thrown) {
        done(thrown as Error);
        return;
      }
      done(null, value);
    },
  );
  app.addHook('onRequest', (request, reply, done) => {
    begin(application, request, reply);
    const { exchange, ws } = request;
    if (!application.admit(exchange)) reply.hijack();
    else if (ws && exchange.match.route !== null && exchange.match.route.socket === undefined) {
      done(new OrchestratorError('request_invalid', `There is no WebSocket here; ${socketPaths(routes)} has one.`));
    } else done();
  });
  app.setErrorHandler((error, request, reply) => fail(application, error, request, reply));
  app.setNotFoundHandler((request) => {
    throw new OrchestratorError(
      'not_found',
      `There is no ${request.method} ${request.url.split('?')[0]!.slice(0, 200)}.`,
    );
  });
  for (const route of routes) register(app, application, service, route);
  refuseOtherMethods(app, routes);
  return app;
}

const noCompiler = (() => () => true) as never;

function begin(application: Application, request: FastifyRequest, { raw: response }: FastifyReply): void {
  const { url: path = null, config } = request.routeOptions;
  const match = { route: config.route ?? null, path };
  request.exchange = application.begin({ request: request.raw, response }, match);
}

function register(app: FastifyInstance, application: Application, service: Service, route: Route): void {
  for (const url of route.paths) {
    app.route({
      method: route.method,
      url,
      config: { route },
      exposeHeadRoute: answersHead(route),
      bodyLimit: application.bodyLimit(route),
      handler(request, reply) {
        reply.hijack();
        application.answer(request.exchange, route, request);
      },
      ...(route.socket === undefined
        ? {}
        : { wsHandler: (socket, { exchange }) => route.socket?.(socket, service, exchange.visitor) }),
    });
  }
}

const answersHead = ({ anyHost, head }: Route): boolean => anyHost === true || head === true;

const socketPaths = (routes: readonly Route[]): string =>
  routes.flatMap(({ socket, paths }) => (socket === undefined ? [] : paths)).join(' or ');

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
      handler({ method, exchange }) {
        exchange.header('allow', [...allowed].join(', '));
        throw new OrchestratorError('method_not_allowed', `${method} is not possible here.`);
      },
    });
  }
}

/** An error that the framework, or a step before the handler, has to tell. */
function fail(application: Application, thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = ownError(thrown, request);
  // What is not read of a body could not be told from the next request.
  if (error instanceof OrchestratorError && error.code === 'body_too_large') {
    request.exchange.header('connection', 'close');
  }
  reply.hijack();
  application.fail(request.exchange, error);
}

/** Fastify's errors in the words of the table. */
const OWN_CODES: Readonly<Record<string, ErrorCode>> = { FST_ERR_REQ_INVALID_HOST: 'host_refused' };

function ownError(thrown: unknown, request: FastifyRequest): unknown {
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
  return thrown;
}
