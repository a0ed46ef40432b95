import { OrchestratorError } from '../../core/errors.ts';
import type { Access } from '../access.ts';
import type { Origins } from '../origins.ts';
import type { Exchange } from './exchange.ts';

/**
 * Whether a request may come in at all, before its body is read: host, origin, key, path, method. Throws when not; false
 * for what is answered by this alone, its reply filled in.
 */
export function mayEnter(exchange: Exchange, origins: Origins, access: Access): boolean {
  const { headers, route, place, method } = exchange;
  exchange.fields.push('x-request-id', exchange.requestId, 'x-content-type-options', 'nosniff');
  if (route?.anyHost !== true) origins.checkHost(headers);
  const origin = origins.checkOrigin(headers);
  if (origin !== null) {
    exchange.addHeaders({
      'access-control-allow-origin': origin,
      'access-control-expose-headers': EXPOSED,
      vary: 'origin',
    });
    if (method === 'OPTIONS' && headers['access-control-request-method'] !== undefined) {
      exchange.code(204).addHeaders({
        'access-control-allow-methods': place?.allowed ?? '',
        'access-control-allow-headers': ALLOWED,
        'access-control-max-age': '600',
      });
      return false;
    }
  }
  exchange.visitor = access.check(route?.auth ?? 'key', headers);
  if (route !== null) return true;
  if (place === null) throw new OrchestratorError('not_found', `There is no ${method} ${exchange.path.slice(0, 200)}.`);
  exchange.header('allow', place.allowed);
  throw new OrchestratorError('method_not_allowed', `${method} is not possible here.`);
}

/** Node takes the first of two Hosts; whoever stands in front may have taken the second (RFC 9112, 3.2). */
export function refuseTwoHosts(rawHeaders: readonly string[]): void {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  if (hosts > 1) throw new OrchestratorError('request_invalid', 'The request has more than one Host.');
}

const WITHOUT_BODY = new Set(['GET', 'HEAD', 'OPTIONS']);
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json(?:;.*)?$/i;

/** Whether a body comes with a request that is to be read. Throws `content_type_unsupported` for one that is no plain JSON. */
export function bringsBody({ method, headers }: Exchange): boolean {
  if (WITHOUT_BODY.has(method)) return false;
  const { 'content-type': type, 'content-length': length, 'content-encoding': encoding } = headers;
  const unsized = length === undefined && headers['transfer-encoding'] === undefined;
  if (unsized && (type === undefined || method === 'DELETE')) return false;
  if (type === undefined && length === '0') return false;
  if (type === undefined || !JSON_TYPE.test(type)) {
    const given = JSON.stringify((type ?? '').slice(0, 100));
    throw new OrchestratorError('content_type_unsupported', `A body is application/json, not ${given}.`);
  }
  if (encoding === undefined || encoding === 'identity') return true;
  const shown = JSON.stringify(encoding.slice(0, 40));
  throw new OrchestratorError(
    'content_type_unsupported',
    `A body is sent as it is, not with content-encoding ${shown}.`,
  );
}

const EXPOSED =
  'x-request-id, retry-after, retry-after-ms, x-should-retry, idempotency-key, idempotent-replayed, x-orchestrator-provider, x-orchestrator-model, x-orchestrator-source, x-orchestrator-cost, x-orchestrator-attempts, x-orchestrator-queue-ms, x-orchestrator-overhead-ms, x-orchestrator-request-id, request-id, mcp-session-id';

const ALLOWED =
  'authorization, content-type, x-api-key, x-request-id, x-session-id, idempotency-key, last-event-id, anthropic-version, anthropic-beta, mcp-session-id, mcp-protocol-version, x-orchestrator-priority, x-orchestrator-deadline-ms, x-orchestrator-session, x-orchestrator-no-cache, x-orchestrator-no-dead-letter, x-orchestrator-route';
