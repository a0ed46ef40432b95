import type { Socket } from 'node:net';
import { ERRORS, type ErrorCode, OrchestratorError, toOrchestratorError } from '../../core/errors.ts';
import type { Logger } from '../../telemetry/logger.ts';
import { errorBody, errorHeaders } from '../error-reply.ts';
import type { Exchange } from './exchange.ts';
import { STATUS_CODES } from './node-http.ts';

/** Puts an error into the reply, in the words of the route's API; returns its body. */
export function errorAnswer(thrown: unknown, exchange: Exchange, logger: Logger): object {
  const error = toOrchestratorError(thrown);
  const { match, requestId, headers } = exchange;
  const refusal = match.route?.refuse?.(error, requestId, headers) ?? {
    status: ERRORS[error.code].status,
    body: errorBody(error, requestId),
  };
  // The stack of a defect is for whoever mends it.
  if (error.code === 'internal') logger.error({ err: error.cause ?? error, request_id: requestId }, 'internal error');
  if (error.code === 'unauthorized') {
    exchange.header('www-authenticate', match.path === '/' ? 'Basic realm="orchestrator"' : 'Bearer');
  }
  exchange.code(refusal.status).addHeaders({ ...errorHeaders(error), ...refusal.headers });
  exchange.type('application/json; charset=utf-8');
  return refusal.body;
}

const RAW_CODES: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'headers_too_large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request_timeout',
};

/** What is no HTTP at all, or takes too long, gets one answer and is closed. */
export function refuseRaw(thrown: Error & { readonly code?: string }, socket: Socket): void {
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
