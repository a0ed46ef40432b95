import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Application, type ApplicationParts } from './http/application.ts';
import { bringsBody, refuseTwoHosts } from './http/entry.ts';
import { refuseRaw } from './http/error-answer.ts';
import type { Arrival } from './http/exchange.ts';
import { NodeSink, readBody } from './http/node-sink.ts';
import { Sockets } from './http/sockets.ts';

/** Time to send the head of a request, and the whole of it, milliseconds. */
const HEAD_MS = 10_000;
const REQUEST_MS = 60_000;
const CHECK_MS = 2000;
/** How long a connection without a request is kept. */
const KEPT_MS = 72_000;
const HEAD_BYTES = 16 * 1024;

/** A server that listens, or did. */
export interface App {
  readonly server: Server;
  /** Resolves with the port. */
  listen(host: string, port: number): Promise<number>;
  /** Takes no connection more, and resolves once all there are have ended. */
  close(): Promise<void>;
  /** Ends those that have not ended by themselves. */
  cut(): void;
}

/** The HTTP server around an application: what reaches it through Node's parser. */
export function createApp(parts: ApplicationParts): App {
  const application = new Application(parts);
  const sockets = new Sockets(application, parts.service);
  const server = createServer(
    {
      maxHeaderSize: HEAD_BYTES,
      headersTimeout: HEAD_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: CHECK_MS,
      keepAliveTimeout: KEPT_MS,
      // Elsewhere the wish for another protocol is left unheard, as RFC 9110 (7.8) lets a server do.
      shouldUpgradeCallback: (request) => sockets.serves(arrivalOf(request)),
    },
    (request, response) => receive(application, request, response),
  );
  server.on('clientError', (error, socket) => refuseRaw(error, socket as Socket));
  server.on('upgrade', (request, socket, head) => sockets.upgrade(arrivalOf(request), request, socket as Socket, head));
  return {
    server,
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen({ host, port }, () => {
          server.off('error', reject);
          resolve((server.address() as AddressInfo).port);
        });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
    cut() {
      server.closeAllConnections();
      sockets.cut();
    },
  };
}

function receive(application: Application, request: IncomingMessage, response: ServerResponse): void {
  const exchange = application.begin(arrivalOf(request), new NodeSink(request, response));
  response.once('close', () => application.ended(exchange, response.statusCode));
  try {
    refuseTwoHosts(request.rawHeaders);
    if (!application.admit(exchange)) return;
    if (!bringsBody(exchange)) {
      application.answer(exchange, null);
      return;
    }
  } catch (thrown) {
    application.fail(exchange, thrown);
    return;
  }
  readBody(request, application.bodyLimit(exchange), (error, bytes) => {
    if (error === null) application.answer(exchange, bytes);
    else {
      // What is not read of it could not be told from the next request.
      exchange.header('connection', 'close');
      application.fail(exchange, error);
    }
  });
}

function arrivalOf({ method = '', url = '', headers }: IncomingMessage): Arrival {
  const mark = url.indexOf('?');
  if (mark < 0) return { method, path: url, search: '', headers };
  return { method, path: url.slice(0, mark), search: url.slice(mark + 1), headers };
}
