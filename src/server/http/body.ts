import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { OrchestratorError } from '../../core/errors.ts';
import { parseJsonBody } from '../json-body.ts';

/** What a body that is read may call itself. */
export const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json(?:;.*)?$/i;

/** The value of a whole body that is JSON; undefined for an empty one. Throws what is wrong with it. */
export function bodyValue({ 'content-encoding': encoding }: IncomingHttpHeaders, bytes: Buffer): unknown {
  if (encoding !== undefined && encoding !== 'identity') {
    const shown = JSON.stringify(encoding.slice(0, 40));
    throw new OrchestratorError(
      'content_type_unsupported',
      `A body is sent as it is, not with content-encoding ${shown}.`,
    );
  }
  return bytes.length === 0 ? undefined : parseJsonBody(bytes);
}

/** Reads the body of a request whose length is known to be fine, and hands it on as soon as it is there. */
export function readBody(request: IncomingMessage, done: (bytes: Buffer) => void): void {
  const chunks: Buffer[] = [];
  // Listeners that return nothing, and stay: what one returns is looked at as a promise, and one for once is wrapped.
  request.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
  });
  request.on('end', () => {
    done(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
  });
}
