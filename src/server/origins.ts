import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { OrchestratorError } from '../core/errors.ts';

/** Whether only this machine can reach an address to listen on. */
export function isLoopback(host: string): boolean {
  const plain = bare(host);
  return plain === 'localhost' || plain === '::1' || (isIP(plain) === 4 && plain.startsWith('127.'));
}

const LOOPBACK_NAMES = ['localhost', '127.0.0.1', '::1'];

/**
 * Under which names the server answers, and to pages of which origins: what keeps a page that somebody opens in a
 * browser from talking to a server on the same machine (DNS rebinding, cross-site requests).
 */
export class Origins {
  private readonly names: ReadonlySet<string>;
  private readonly origins: ReadonlySet<string>;
  private readonly anyAddress: boolean;
  /** The last Host that was one of ours: nearly all requests come with the same. */
  private known: string | null = null;

  /**
   * @param host the address that is listened on
   * @param names other names, such as the machine's own
   */
  constructor(host: string, names: readonly string[], origins: readonly string[]) {
    this.names = new Set([...LOOPBACK_NAMES, host, ...names].map(bare));
    this.origins = new Set(origins.map((origin) => origin.toLowerCase()));
    // A page can only rebind a name. Whoever reaches a server from outside by an address means that address.
    this.anyAddress = !isLoopback(host);
  }

  /** Throws `host_refused` for a Host that is none of ours. */
  checkHost({ host = '' }: IncomingHttpHeaders): void {
    if (host === this.known) return;
    const name = hostName(host);
    if (!this.names.has(name) && !(this.anyAddress && isIP(name) !== 0)) {
      throw new OrchestratorError('host_refused', `This server is not called ${JSON.stringify(host)}.`);
    }
    this.known = host;
  }

  /**
   * Throws `origin_refused` for a page that may not call; returns the origin that CORS headers must name, and null when
   * there is none: a program, or a page of ours.
   */
  checkOrigin({ origin, host, 'sec-fetch-site': site }: IncomingHttpHeaders): string | null {
    if (origin === undefined) {
      if (site !== 'cross-site') return null;
      throw new OrchestratorError('origin_refused', 'A page of another site may not call this server.');
    }
    if (isOwn(origin, host ?? '')) return null;
    if (this.origins.has(origin.toLowerCase())) return origin;
    throw new OrchestratorError('origin_refused', `Pages of ${JSON.stringify(origin)} may not call this server.`);
  }
}

/** A page that this server delivered: its origin is the very address it calls, and that was checked to be ours. */
function isOwn(origin: string, host: string): boolean {
  return (
    origin.toLowerCase() === `http://${host.toLowerCase()}` || origin.toLowerCase() === `https://${host.toLowerCase()}`
  );
}

/** The name in a Host header, without its port. */
function hostName(header: string): string {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]]*)(?::\d{1,5})?$/i.exec(header);
  return bare(match?.[1] ?? '');
}

function bare(host: string): string {
  return host
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}
