import { lookup as systemLookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';
import type { Clock } from '../../core/clock.ts';
import { OrchestratorError } from '../../core/errors.ts';
import { type Endpoint, mayReach } from './base-url.ts';
import { networkError } from './network-error.ts';

/** Finds the addresses of a name; the system's way unless a test brings its own. */
export type Lookup = (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;

export const lookupBySystem: Lookup = (host) => systemLookup(host, { all: true, verbatim: true });

type Connect = buildConnector.connector;

export interface ConnectorSettings {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  readonly connectMs: number;
  readonly lookup: Lookup;
  readonly onConnected: (socket: Socket) => void;
}

/**
 * Connects to the endpoint and nowhere else: names are resolved here, addresses that the endpoint may not lead to are
 * dropped, and the address that the connection really has is looked at again before a byte is sent.
 */
export function createConnector(build: typeof buildConnector, settings: ConnectorSettings): Connect {
  const { name, endpoint, clock, connectMs, lookup, onConnected } = settings;
  return (options, callback) => {
    let open = true;
    let resolving = false;
    let socket: Socket | undefined;
    const finish = (error: unknown, connected: Socket | null): void => {
      if (!open) return void connected?.destroy();
      open = false;
      timer.cancel();
      if (connected === null) return callback(networkError(error, name, endpoint.origin, 'sending'), null);
      onConnected(connected);
      callback(null, connected as never);
    };
    const timer = clock.after(connectMs, () => {
      const what = resolving ? 'resolve its name' : 'connect';
      const message = `Provider ${name} did not ${what} within ${connectMs} ms (connect_timeout_ms): ${endpoint.origin}.`;
      finish(new OrchestratorError(resolving ? 'dns_failed' : 'provider_timeout', message), null);
      socket?.destroy();
    });

    type Addresses = Awaited<ReturnType<Lookup>>;
    type Told = (error: Error | null, address: string | Addresses, family?: number) => void;
    const guardedLookup = (host: string, wanted: { all?: boolean | undefined }, told: Told): void => {
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

    // A certificate is always checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says.
    const connect = build({
      timeout: 0,
      allowH2: false,
      rejectUnauthorized: true,
      lookup: guardedLookup as never,
    });
    socket = connect(options, (error, connected) => {
      // undici leaves the second argument out when it failed.
      if (connected == null) return finish(error, null);
      const { remoteAddress } = connected;
      if (remoteAddress !== undefined && mayReach(endpoint, remoteAddress)) return finish(null, connected);
      connected.destroy();
      return finish(refused(name, endpoint.host, remoteAddress), null);
    }) as unknown as Socket | undefined;
  };
}

function refused(name: string, host: string, address: string | undefined): OrchestratorError {
  if (address === undefined) return new OrchestratorError('dns_failed', `Provider ${name}: ${host} has no address.`);
  return new OrchestratorError(
    'address_refused',
    `Provider ${name}: ${host} leads to ${address}, which is not an address that this base_url may have; nothing was sent.`,
  );
}
