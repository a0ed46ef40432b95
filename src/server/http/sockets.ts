import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { WebSocketServer } from 'ws';
import type { Service } from '../service.ts';
import type { Application } from './application.ts';
import { refuseTwoHosts } from './entry.ts';
import { headText } from './error-answer.ts';
import type { Arrival, Sink } from './exchange.ts';

/** Of one WebSocket frame. */
const FRAME_BYTES = 1024 * 1024;

/** WebSockets: requests to become one pass the same checks as all others. */
export class Sockets {
  private readonly application: Application;
  private readonly service: Service;
  /** Loaded for the first that asks. */
  private server: Promise<WebSocketServer> | null = null;
  private open: WebSocketServer['clients'] = new Set();

  constructor(application: Application, service: Service) {
    this.application = application;
    this.service = service;
  }

  /** Whether a request for another protocol is one for a WebSocket, where there is one. */
  serves({ method, path, headers }: Arrival): boolean {
    if (headers.upgrade?.toLowerCase() !== 'websocket') return false;
    return this.application.router.find(path)?.byMethod.get(method)?.socket !== undefined;
  }

  upgrade(arrival: Arrival, request: IncomingMessage, socket: Socket, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const exchange = this.application.begin(arrival, refusing(socket));
    const ended = (status: number): void => this.application.ended(exchange, status);
    try {
      refuseTwoHosts(request.rawHeaders);
      if (!this.application.admit(exchange)) return;
    } catch (thrown) {
      this.application.fail(exchange, thrown);
      ended(exchange.status);
      return;
    }
    void this.load().then((server) =>
      server.handleUpgrade(request, socket, head, (opened) => {
        opened.on('error', () => opened.terminate());
        opened.once('close', () => ended(101));
        exchange.route?.socket?.(opened, this.service, exchange.visitor);
      }),
    );
  }

  /** Ends those that are open. */
  cut(): void {
    for (const socket of this.open) socket.terminate();
  }

  private load(): Promise<WebSocketServer> {
    this.server ??= import('ws').then(({ WebSocketServer }) => {
      const server = new WebSocketServer({ noServer: true, maxPayload: FRAME_BYTES, perMessageDeflate: false });
      this.open = server.clients;
      return server;
    });
    return this.server;
  }
}

/** Tells whoever asked on a socket that it becomes none. */
function refusing(socket: Socket): Sink {
  return {
    raw: null,
    send(status, fields, body) {
      if (socket.writable) socket.end(headText(status, [...fields, 'connection', 'close'], body) + body);
    },
    onGone: () => () => undefined,
  };
}
