import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { OrchestratorError } from '../core/errors.ts';
import type { RouteAuth } from './route.ts';

/** Who may call what. Keys are compared by their HMACs, in the same time wherever two differ. */
export class Access {
  /** Whether callers need a key at all. */
  readonly guarded: boolean;
  private readonly keys: readonly Buffer[];
  private readonly metricsKeys: readonly Buffer[];
  private readonly pepper: Buffer;

  /**
   * @param keys what `API_KEY` holds: one key, or several with commas between
   * @param metricsKey what `METRICS_API_KEY` holds
   * @param salt anything that is another one in each process
   */
  constructor(keys: string | undefined, metricsKey: string | undefined, salt: string) {
    this.pepper = hash('sha256', salt, 'buffer');
    this.keys = this.digests(keys);
    const own = this.digests(metricsKey);
    this.metricsKeys = own.length > 0 ? own : this.keys;
    this.guarded = this.keys.length > 0;
  }

  /** Throws `unauthorized` unless the headers carry a key for such a route. */
  check(auth: RouteAuth, headers: IncomingHttpHeaders): void {
    if (auth === 'open') return;
    const allowed = auth === 'metrics' ? this.metricsKeys : this.keys;
    if (allowed.length === 0) return;
    const given = presented(headers);
    if (given === null) throw new OrchestratorError('unauthorized', 'This needs a key, and the request carries none.');
    const digest = this.digest(given);
    let found = false;
    // All of them, so that the time tells nothing about which one it was.
    for (const key of allowed) found = timingSafeEqual(key, digest) || found;
    if (!found) throw new OrchestratorError('unauthorized', 'The key that the request carries is not known here.');
  }

  private digests(keys: string | undefined): readonly Buffer[] {
    const given = (keys ?? '').split(',').map((key) => key.trim());
    return given.filter((key) => key !== '').map((key) => this.digest(key));
  }

  private digest(key: string): Buffer {
    return createHmac('sha256', this.pepper).update(key).digest();
  }
}

/** The key that a request carries: as a bearer, as `x-api-key`, or as the password that a browser asked for. */
function presented({ authorization, 'x-api-key': plain }: IncomingHttpHeaders): string | null {
  const [, scheme = '', value = ''] = /^(\w+) +(.*)$/.exec(authorization ?? '') ?? [];
  if (/^bearer$/i.test(scheme)) return value.trim();
  if (/^basic$/i.test(scheme))
    return Buffer.from(value, 'base64')
      .toString('utf8')
      .replace(/^[^:]*:/, '');
  return typeof plain === 'string' ? plain : null;
}
