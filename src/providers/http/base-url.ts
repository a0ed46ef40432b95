import { isIP } from 'node:net';
import { OrchestratorError } from '../../core/errors.ts';
import { type AddressKind, addressKind, embeddedIpv4 } from './address.ts';

/**
 * Which addresses a host may turn out to have. `literal`: only the one that is written; `loopback`: this machine (a
 * name such as `localhost`); `internal`: a name that no public name service knows, such as a container's; `public`: a
 * name of the internet, which must not lead inside (DNS rebinding).
 */
export type Reach = 'literal' | 'loopback' | 'internal' | 'public';

/** An API's address as it was configured; keys go nowhere else. */
export interface Endpoint {
  /** Scheme, host and port. */
  readonly origin: string;
  /** The host without brackets and final dot. */
  readonly host: string;
  /** What paths are put behind; without a slash at its end. */
  readonly basePath: string;
  readonly secure: boolean;
  readonly reach: Reach;
}

const PERMITTED: Readonly<Record<Exclude<Reach, 'literal'>, readonly AddressKind[]>> = {
  loopback: ['loopback'],
  internal: ['public', 'private', 'loopback'],
  public: ['public'],
};

/** Names that the public name service does not give out. */
const INTERNAL_NAME = /^[^.]+$|\.(?:local|internal|lan|intranet|home\.arpa|cluster\.local)$/;

/** Whether a connection to this endpoint may end at this address. */
export function mayReach(endpoint: Endpoint, address: string): boolean {
  if (endpoint.reach === 'literal') return sameAddress(endpoint.host, address);
  return PERMITTED[endpoint.reach].includes(addressKind(address));
}

/** Reads a `base_url`. Throws `config_invalid` that says what is wrong with it, and never repeats a password in it. */
export function parseBaseUrl(text: string, param = 'base_url'): Endpoint {
  const parsed = readBaseUrl(text);
  if (typeof parsed !== 'string') return parsed;
  throw new OrchestratorError('config_invalid', `${param} ${parsed}.`, { param });
}

/** What is wrong with a `base_url`, or null. */
export function baseUrlFault(text: string): string | null {
  const parsed = readBaseUrl(text);
  return typeof parsed === 'string' ? parsed : null;
}

function readBaseUrl(text: string): Endpoint | string {
  // WHATWG drops tabs and line feeds and turns backslashes into slashes: what is read is not what is written.
  if (/[\u0000-\u0020\u007f\\]/.test(text)) return 'must not contain white space, control characters or backslashes';
  const parts = /^(https?):\/\/([^/?#]*)([^?#]*)(.*)$/i.exec(text);
  if (parts === null) return 'must be an address that begins with http:// or https://';
  const [, , authority = '', , rest = ''] = parts;
  if (authority.includes('@')) return 'must not carry credentials; name the variable of the key with api_key_env';
  if (rest !== '') return 'must not have a query or a fragment';
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'is not a valid address';
  }
  const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  const written = authority
    .replace(/:\d*$/, '')
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
  const reach = reachOf(host);
  const embedded = isIP(host) === 6 ? embeddedIpv4(host) : null;
  if (embedded !== null) return `hides an IPv4 address; write ${embedded} if that is meant`;
  if (reach !== 'public' && isIP(host) !== 6 && written !== host)
    return `is written in disguise; write ${host} if that is meant`;
  if (isIP(host) !== 0 && addressKind(host) === 'unusable') return `names ${host}, which no server can have`;
  if (host === '' || host.includes('%')) return 'needs a host name';
  return {
    origin: url.origin,
    host,
    basePath: url.pathname.replace(/\/+$/, ''),
    secure: url.protocol === 'https:',
    reach,
  };
}

function reachOf(host: string): Reach {
  if (isIP(host) !== 0) return 'literal';
  if (host === 'localhost' || host.endsWith('.localhost')) return 'loopback';
  return INTERNAL_NAME.test(host) ? 'internal' : 'public';
}

function sameAddress(configured: string, connected: string): boolean {
  const plain = connected.split('%')[0]!;
  if (configured === plain) return true;
  const version = isIP(plain);
  if (version !== 6) return false;
  // A dual-stack socket tells an IPv4 peer as ::ffff:a.b.c.d.
  if (isIP(configured) === 4) return embeddedIpv4(plain) === configured;
  return new URL(`http://[${plain}]`).hostname === `[${configured}]`;
}
