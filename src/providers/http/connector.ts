import { lookup as systemLookup } from 'node:dns/promises';
import { isIP, connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import type { Clock } from '../../core/clock.ts';
import { OrchestratorError } from '../../core/errors.ts';
import { type Endpoint, mayReach } from './base-url.ts';
import { networkError } from './network-error.ts';
import type { Connect, ReadInto } from './wire/connection.ts';

/** Finds the addresses of a name; the system's way unless a test brings its own. */
export type Lookup = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

export const lookupBySystem: Lookup = (host) => systemLookup(host, { all: true, verbatim: true });

/** How long a connection is quiet before the system asks whether the other side is still there, milliseconds. */
const PROBE_MS = 60_000;

export interface ConnectorSettings {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  readonly connectMs: number;
  readonly lookup: Lookup;
}

type Addresses = Awaited<ReturnType<Lookup>>;
type Told = (error: Error | null, address: string | Addresses, family?: number) => void;
type GuardedLookup = (host: string, wanted: { all?: boolean | undefined }, told: Told) => void;

/**
 * Connects to the endpoint and nowhere else: names are resolved here, addresses that the endpoint may not lead to are
 * dropped, and the address that the connection really has is looked at again before a byte is sent.
 */
export function createConnector(settings: ConnectorSettings): Connect {
  const { name, endpoint, clock, connectMs, lookup } = settings;
  const start = createStart(endpoint);
  return (into, callback) => {
    let open = true;
    let resolving = false;
    const finish = (error: unknown, connected: Socket | null): void => {
      if (!open) return void connected?.destroy();
      open = false;
      timer.cancel();
      if (connected === null) callback(networkError(error, name, endpoint.origin, 'sending'), null);
      else callback(null, connected);
    };
    const timer = clock.after(connectMs, () => {
      const what = resolving ? 'resolve its name' : 'connect';
      const message = `Provider ${name} did not ${what} within ${connectMs} ms (connect_timeout_ms): ${endpoint.origin}.`;
      finish(new OrchestratorError(resolving ? 'dns_failed' : 'provider_timeout', message), null);
      socket.destroy();
    });

    const guardedLookup: GuardedLookup = (host, wanted, told) => {
      resolving = true;
      lookup(host).then(
        (found) => {
          resolving = false;
          const allowed = found.filter(({ address }) => mayReach(endpoint, address));
          const [first] = allowed;
          if (first === undefined) told(refused(name, host, found[0]?.address), []);
          else if (wanted.all === true) told(null, allowed);
          else told(null, first.address, first.family);
        },
        (thrown) => {
          resolving = false;
          told(thrown, []);
        },
      );
    };

    const socket = start(into, guardedLookup);
    const stop = (): void => {
      finish(null, null);
      socket.destroy();
    };
    socket.on('error', (error) => finish(error, null));
    socket.once(endpoint.secure ? 'secureConnect' : 'connect', () => {
      const { remoteAddress } = socket;
      if (remoteAddress !== undefined && mayReach(endpoint, remoteAddress)) return finish(null, socket);
      socket.destroy();
      return finish(refused(name, endpoint.host, remoteAddress), null);
    });
    return stop;
  };
}

/** Begins to connect over TCP, or over TLS with the session of the connection before. */
function createStart(endpoint: Endpoint): (into: ReadInto, lookup: GuardedLookup) => Socket {
  const { hostname, port } = new URL(endpoint.origin);
  const host = hostname.replace(/^\[|\]$/g, '');
  let session: Buffer | undefined;
  return (into, lookup) => {
    const options = {
      host,
      port: Number(port) || (endpoint.secure ? 443 : 80),
      lookup: lookup as never,
      onread: into as never,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: PROBE_MS,
    };
    if (!endpoint.secure) return netConnect(options);
    const socket = tlsConnect({
      ...options,
      // Always checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says.
      rejectUnauthorized: true,
      ALPNProtocols: ['http/1.1'],
      // An address has no place in the server name (RFC 6066).
      servername: isIP(host) === 0 ? host : '',
      ...(session === undefined ? {} : { session }),
    });
    socket.on('session', (established) => {
      session = established;
    });
    return socket;
  };
}

function refused(name: string, host: string, address: string | undefined): OrchestratorError {
  if (address === undefined) return new OrchestratorError('dns_failed', `Provider ${name}: ${host} has no address.`);
  return new OrchestratorError(
    'address_refused',
    `Provider ${name}: ${host} leads to ${address}, which is not an address that this base_url may have; nothing was sent.`,
  );
}
