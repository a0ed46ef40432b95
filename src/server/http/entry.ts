import { OrchestratorError } from '../../core/errors.ts';
import type { Access } from '../access.ts';
import type { Origins } from '../origins.ts';
import type { Route } from '../route.ts';
import type { Exchange } from './exchange.ts';

/**
 * Whether a request may come in at all, before its body is read: host, origin, key. Throws when not; false
 * for what is answered by this alone, its reply filled in.
 */
export function mayEnter(exchange: Exchange, origins: Origins, access: Access, routes: readonly Route[]): boolean {
  const { headers, match } = exchange;
  const { rawHeaders, method } = exchange.node.request;
  const { route } = match;
  exchange.fields.push('x-request-id', exchange.requestId, 'x-content-type-options', 'nosniff');
  refuseTwoHosts(rawHeaders);
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
        'access-control-allow-methods': methodsAt(routes, match.path),
        'access-control-allow-headers': ALLOWED,
        'access-control-max-age': '600',
      });
      return false;
    }
  }
  exchange.visitor = access.check(route?.auth ?? 'key', headers);
  return true;
}

const methodsAt = (routes: readonly Route[], path: string | null): string =>
  routes
    .filter(({ paths }) => path !== null && paths.includes(path))
    .map(({ method }) => method)
    .join(', ');

/** Node takes the first of two Hosts; whoever stands in front may have taken the second (RFC 9112, 3.2). */
function refuseTwoHosts(rawHeaders: readonly string[]): void {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts++;
  }
  if (hosts > 1) throw new OrchestratorError('request_invalid', 'The request has more than one Host.');
}

const EXPOSED =
  'x-request-id, retry-after, retry-after-ms, x-should-retry, idempotency-key, idempotent-replayed, x-orchestrator-provider, x-orchestrator-model, x-orchestrator-source, x-orchestrator-cost, x-orchestrator-attempts, x-orchestrator-queue-ms, x-orchestrator-overhead-ms, x-orchestrator-request-id, request-id, mcp-session-id';

const ALLOWED =
  'authorization, content-type, x-api-key, x-request-id, x-session-id, idempotency-key, last-event-id, anthropic-version, anthropic-beta, mcp-session-id, mcp-protocol-version, x-orchestrator-priority, x-orchestrator-deadline-ms, x-orchestrator-session, x-orchestrator-no-cache, x-orchestrator-no-dead-letter, x-orchestrator-route';
