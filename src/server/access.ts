import { createHmac, hash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { OrchestratorError } from '../core/errors.ts';
import type { PromptRequest } from '../core/request.ts';
import { type ApiKey, apiKeysOf, listed } from './api-keys.ts';
import type { RouteAuth } from './route.ts';

interface Known {
  readonly visitor: Visitor;
  readonly digest: Buffer;
}

/** Who calls. */
export interface Visitor {
  /** Whose key it is; undefined where none is needed. */
  readonly tenant: string | undefined;
  /** Whose requests and dead letters they see, beside those of nobody; undefined for everybody's. */
  readonly scope: string | undefined;
}

export const ANYBODY: Visitor = { tenant: undefined, scope: undefined };

/** Whether something is seen by who sees that much. */
export const isIn = (scope: string | undefined, { tenant }: Pick<PromptRequest, 'tenant'>): boolean =>
  scope === undefined || tenant === undefined || tenant === scope;

/** Who may call what, and see whose. Keys are compared by their HMACs, in the same time wherever two differ. */
export class Access {
  /** Whether callers need a key at all. */
  readonly guarded: boolean;
  private readonly keys: readonly Known[];
  private readonly metricsKeys: readonly Known[];
  private readonly pepper: Buffer;

  /**
   * @param keys what `API_KEY` holds: one key, or several with commas between
   * @param metricsKey what `METRICS_API_KEY` holds
   * @param salt anything that is another one in each process
   */
  constructor(keys: string | undefined, metricsKey: string | undefined, salt: string) {
    this.pepper = hash('sha256', salt, 'buffer');
    this.keys = this.known(apiKeysOf(keys));
    // Nobody is told apart here, so none has a name.
    const own = this.known(listed(metricsKey).map((key) => ({ tenant: 'metrics', key })));
    this.metricsKeys = own.length > 0 ? own : this.keys;
    this.guarded = this.keys.length > 0;
  }

  /** Whose key the headers carry. Throws `unauthorized` unless it is one for such a route. */
  check(auth: RouteAuth, headers: IncomingHttpHeaders): Visitor {
    if (auth === 'open') return ANYBODY;
    const allowed = auth === 'metrics' ? this.metricsKeys : this.keys;
    if (allowed.length === 0) return ANYBODY;
    const given = presented(headers);
    if (given === null) throw new OrchestratorError('unauthorized', 'This needs a key, and the request carries none.');
    const digest = this.digest(given);
    let found: Visitor | null = null;
    // All of them, so that the time tells nothing about which one it was.
    for (const { visitor, digest: known } of allowed) if (timingSafeEqual(known, digest)) found = visitor;
    if (found === null) {
      throw new OrchestratorError('unauthorized', 'The key that the request carries is not known here.');
    }
    return found;
  }

  /** One tenant alone sees everything; of several, none sees what belongs to another. */
  private known(keys: readonly ApiKey[]): readonly Known[] {
    const separate = new Set(keys.map(({ tenant }) => tenant)).size > 1;
    return keys.map(({ tenant, key }) => ({
      visitor: { tenant, scope: separate ? tenant : undefined },
      digest: this.digest(key),
    }));
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
