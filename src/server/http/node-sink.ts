import type { IncomingMessage, ServerResponse } from 'node:http';
import { OrchestratorError } from '../../core/errors.ts';
import type { Raw, Sink } from './exchange.ts';

/** The reply to a request that came through Node's own HTTP server. */
export class NodeSink implements Sink {
  readonly raw: Raw;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.raw = { request, response };
  }

  send(status: number, fields: readonly string[], body: string): void {
    const { response } = this.raw;
    const length = status === 204 ? [] : ['content-length', String(Buffer.byteLength(body))];
    response.writeHead(status, [...fields, ...length]).end(body);
  }

  onGone(listener: () => void): () => void {
    const { response } = this.raw;
    const closed = (): void => {
      if (!response.writableFinished) listener();
    };
    response.once('close', closed);
    return () => response.off('close', closed);
  }
}

/** Reads the body of a request, and hands it on as soon as it is there; or what is wrong with it, once. */
export function readBody(
  request: IncomingMessage,
  mostBytes: number,
  done: (error: OrchestratorError | null, bytes: Buffer) => void,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const tooLarge = (): void => {
    request.removeAllListeners('data').removeAllListeners('end').resume();
    const text = `The body is larger than ${mostBytes.toLocaleString('en')} bytes.`;
    done(new OrchestratorError('body_too_large', text), EMPTY);
  };
  if (Number(request.headers['content-length']) > mostBytes) {
    tooLarge();
    return;
  }
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > mostBytes) tooLarge();
    else chunks.push(chunk);
  });
  request.once('end', () => done(null, chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)));
}

const EMPTY = Buffer.alloc(0);
