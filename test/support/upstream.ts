import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';

/** One request as the upstream received it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was sent; tests look into it
  readonly body: any;
  readonly text: string;
  /** Numbers the sockets: requests with the same one came over the same connection. */
  readonly connection: number;
}

/** What the upstream does with a request. */
export type Reply = (response: ServerResponse, received: Received) => void | Promise<void>;

/** A real HTTP server on loopback that does what the test says, request by request. */
export class Upstream {
  /** Every request so far, complete ones only. */
  readonly received: Received[] = [];
  /** Connections that the client closed or lost. */
  closed = 0;
  readonly server: Server;
  readonly #sockets = new Map<Socket, number>();
  readonly #replies: Reply[];
  readonly #scheme: string;
  #connections = 0;

  private constructor(replies: readonly Reply[], secure: { key: string; cert: string } | null) {
    this.#replies = [...replies];
    this.#scheme = secure === null ? 'http' : 'https';
    const answer = (request: IncomingMessage, response: ServerResponse) => void this.#answer(request, response);
    this.server = secure === null ? createServer(answer) : (createSecureServer(secure, answer) as unknown as Server);
    this.server.keepAliveTimeout = 60_000;
    this.server.on('connection', (socket: Socket) => {
      this.#sockets.set(socket, this.#connections++);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.closed++;
        this.#sockets.delete(socket);
      });
    });
  }

  /** Replies are used in order; the last one for everything that follows. */
  static async start(replies: Reply | readonly Reply[], secure: { key: string; cert: string } | null = null) {
    const upstream = new Upstream([replies].flat(), secure);
    await new Promise<void>((resolve) => upstream.server.listen(0, '127.0.0.1', resolve));
    return upstream;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `${this.#scheme}://127.0.0.1:${this.port}`;
  }

  get connections(): number {
    return this.#connections;
  }

  get last(): Received {
    return this.received.at(-1)!;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets.keys()) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('error', () => undefined);
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const text = Buffer.concat(chunks).toString('utf8');
    const received: Received = {
      method: request.method!,
      path: request.url!,
      headers: request.headers,
      body: text === '' ? null : JSON.parse(text),
      text,
      connection: this.#sockets.get(request.socket) ?? -1,
    };
    this.received.push(received);
    const reply = this.#replies.length > 1 ? this.#replies.shift()! : this.#replies[0]!;
    await reply(response, received);
  }
}

const EVENTS = { 'content-type': 'text/event-stream; charset=utf-8' };

/** A whole body at once. */
export const body =
  (status: number, headers: Record<string, string>, content: string | Uint8Array): Reply =>
  (response) => {
    response.writeHead(status, headers);
    response.end(content);
  };

export const json = (status: number, document: unknown, headers: Record<string, string> = {}): Reply =>
  body(status, { 'content-type': 'application/json', ...headers }, JSON.stringify(document));

/** An event stream with exactly these bytes, ended as HTTP ends. */
export const events = (content: string | Uint8Array): Reply => body(200, EVENTS, content);

/** An event stream, piece after piece, each written once the one before has left; `end` says what follows. */
export const stream =
  (
    pieces: readonly (string | Uint8Array)[],
    end: 'end' | 'reset' | 'hang' | 'close' = 'end',
    headers: Record<string, string> = EVENTS,
  ): Reply =>
  async (response) => {
    response.writeHead(200, headers);
    response.flushHeaders();
    for (const piece of pieces) {
      if (response.destroyed) return;
      await new Promise<void>((resolve) => {
        response.once('close', resolve);
        response.write(piece, () => setImmediate(resolve));
      });
    }
    if (end === 'end') response.end();
    // FIN without the last chunk: the connection is half closed within the answer.
    if (end === 'close') response.socket?.end();
    if (end === 'reset') response.socket?.resetAndDestroy();
  };

/** Takes the request and never says a word. */
export const hang: Reply = () => undefined;

export const reset: Reply = (response) => void response.socket?.resetAndDestroy();
