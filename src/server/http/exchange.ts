import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { ANYBODY, type Visitor } from '../access.ts';
import type { Route } from '../route.ts';

/** Node's own objects of one request. */
export interface Raw {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** What a request matched. */
export interface Match {
  /** Null where the path is known with other methods only, or not at all. */
  readonly route: Route | null;
  /** The path as it was defined; null for one that nobody has. */
  readonly path: string | null;
}

/**
 * One request and its reply, from its headers to the end of its answer. The reply is written by one `writeHead` and one
 * `end` on Node's response: a framework's own way there costs as much as the engine.
 */
export class Exchange {
  readonly match: Match;
  /** Of the request. */
  readonly headers: IncomingHttpHeaders;
  readonly requestId: string;
  /** When its headers had come, monotonic milliseconds. */
  readonly arrivedAt: number;
  /** Node's own objects, for what answers by itself. */
  readonly node: Raw;
  visitor: Visitor = ANYBODY;
  status = 200;
  /** The handler answers by itself. */
  taken = false;
  /** Headers of the reply, names and values in turn: a dozen are found sooner by looking than in a map. */
  readonly fields: string[] = [];

  constructor(node: Raw, match: Match, requestId: string, arrivedAt: number) {
    this.node = node;
    this.match = match;
    this.headers = node.request.headers;
    this.requestId = requestId;
    this.arrivedAt = arrivedAt;
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

  /** From here on the handler answers on `raw` by itself. */
  hijack(): void {
    this.taken = true;
  }

  get raw(): ServerResponse {
    return this.node.response;
  }

  /** Sends a whole answer. Does nothing when the client is gone. */
  send(body: string): void {
    const { fields, status, raw } = this;
    if (status !== 204) fields.push('content-length', String(Buffer.byteLength(body)));
    raw.writeHead(status, fields);
    raw.end(body);
  }

  /** Tells when the client goes before it was answered; the returned function stops that. */
  onGone(listener: () => void): () => void {
    const { raw } = this;
    const closed = (): void => {
      if (!raw.writableFinished) listener();
    };
    raw.once('close', closed);
    return () => raw.off('close', closed);
  }
}
