import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { ANYBODY, type Visitor } from '../access.ts';
import type { Route } from '../route.ts';
import type { Place } from './router.ts';

/** Node's own objects of one request. */
export interface Raw {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Where the answer to a request goes. */
export interface Sink {
  /** For what answers by itself; null on the short way, which takes no such request. */
  readonly raw: Raw | null;
  /** Sends a whole answer; `fields` are names and values of headers in turn. Does nothing when the client is gone. */
  send(status: number, fields: readonly string[], body: string): void;
  /** Tells when the client goes before it was answered; the returned function stops that. */
  onGone(listener: () => void): () => void;
}

/** What a request line and its headers say. */
export interface Arrival {
  readonly method: string;
  readonly path: string;
  /** What comes after the question mark; '' for nothing. */
  readonly search: string;
  readonly headers: IncomingHttpHeaders;
}

/** One request and its reply, from its headers to the end of its answer. */
export class Exchange {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  /** Of the request. */
  readonly headers: IncomingHttpHeaders;
  readonly requestId: string;
  /** When its headers had come, monotonic milliseconds. */
  readonly arrivedAt: number;
  /** What its path leads to; null for a path that nothing has. */
  place: Place | null = null;
  route: Route | null = null;
  visitor: Visitor = ANYBODY;
  status = 200;
  /** The handler answers by itself. */
  taken = false;
  /** Headers of the reply, names and values in turn: a dozen are found sooner by looking than in a map. */
  readonly fields: string[] = [];
  private readonly sink: Sink;

  constructor({ method, path, search, headers }: Arrival, requestId: string, arrivedAt: number, sink: Sink) {
    this.method = method;
    this.path = path;
    this.search = search;
    this.headers = headers;
    this.requestId = requestId;
    this.arrivedAt = arrivedAt;
    this.sink = sink;
  }

  code(status: number): this {
    this.status = status;
    return this;
  }

  /** Sets a header of the reply, its name in lower case; one that is there already is replaced. */
  header(name: string, value: string): this {
    const { fields } = this;
    for (let at = 0; at < fields.length; at += 2) {
      if (fields[at] !== name) continue;
      fields[at + 1] = value;
      return this;
    }
    fields.push(name, value);
    return this;
  }

  addHeaders(headers: Readonly<Record<string, string>>): this {
    for (const [name, value] of Object.entries(headers)) this.header(name, value);
    return this;
  }

  type(value: string): this {
    return this.header('content-type', value);
  }

  getHeaders(): Readonly<Record<string, string>> {
    const { fields } = this;
    const headers: Record<string, string> = {};
    for (let at = 0; at < fields.length; at += 2) headers[fields[at]!] = fields[at + 1]!;
    return headers;
  }

  has(name: string): boolean {
    return this.fields.includes(name);
  }

  /** From here on the handler answers on `raw` by itself. */
  hijack(): void {
    this.taken = true;
  }

  /** Node's response. Throws on the short way: a route that is on it has nothing to answer by itself. */
  get raw(): ServerResponse {
    return this.node.response;
  }

  get node(): Raw {
    const { raw } = this.sink;
    if (raw === null) throw new TypeError(`${this.path} cannot answer by itself on the short way.`);
    return raw;
  }

  send(body: string): void {
    this.sink.send(this.status, this.fields, body);
  }

  /** Tells when the client goes before it was answered; the returned function stops that. */
  onGone(listener: () => void): () => void {
    return this.sink.onGone(listener);
  }
}
