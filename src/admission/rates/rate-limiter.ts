import { LRUCache } from 'lru-cache';
import { sessionKey } from '../../core/session-key.ts';
import { TokenBucket } from '../../primitives/token-bucket.ts';

/** So many requests, and how fast they come back. */
export interface Rate {
  /** Requests a second, in the long run. */
  readonly perS: number;
  /** Requests that may come at once. Default: one second's worth, one at least. */
  readonly burst?: number | undefined;
}

export interface RateLimiterOptions {
  /** Of all requests together. */
  readonly overall?: Rate | undefined;
  /** Of the requests for a model, by its name. */
  readonly models?: Readonly<Record<string, Rate>>;
  /** Of each session, and of each API key or tenant. */
  readonly session?: Rate | undefined;
  readonly tenant?: Rate | undefined;
}

/** Whose request it is. */
export interface RateSubject {
  readonly model?: string | undefined;
  readonly session?: string | undefined;
  readonly tenant?: string | undefined;
}

/** Which limit refused, as the configuration calls it. */
export type RateLimitName = 'requests_per_second' | 'per_model' | 'per_session' | 'per_tenant';

export interface RateRefusal {
  readonly limit: RateLimitName;
  /** The model, session or tenant it is the limit of. */
  readonly subject: string | undefined;
  readonly perS: number;
  /** Milliseconds until the request would be let in if nobody else asks; infinite when it never would. */
  readonly retryAfterMs: number;
}

/**
 * A place in the queue for tokens: come in after `waitMs` milliseconds, or give the place back before. It is free for the
 * next one if nobody stands behind it; their times stand.
 */
export interface RatePlace {
  readonly waitMs: number;
  giveBack(): void;
}

interface Limit {
  readonly name: RateLimitName;
  readonly subject: string | undefined;
  readonly bucket: TokenBucket;
}

/** Sessions and tenants whose rate is remembered; one that was not seen for longest begins anew, with a full bucket. */
const MOST_REMEMBERED = 10_000;

/**
 * Token buckets for everybody, a model, a session and a tenant. A request needs a token of each that applies, and takes
 * either all of them or none. Times are monotonic milliseconds.
 */
export class RateLimiter {
  allowed = 0;
  readonly refused: Record<RateLimitName, number> = {
    requests_per_second: 0,
    per_model: 0,
    per_session: 0,
    per_tenant: 0,
  };
  private readonly options: RateLimiterOptions;
  private readonly overall: TokenBucket | null;
  private readonly models: ReadonlyMap<string, TokenBucket>;
  private readonly sessions = new LRUCache<string, TokenBucket>({ max: MOST_REMEMBERED });
  private readonly tenants = new LRUCache<string, TokenBucket>({ max: MOST_REMEMBERED });

  constructor(options: RateLimiterOptions, now: number) {
    this.options = options;
    this.overall = options.overall === undefined ? null : bucketOf(options.overall, now);
    this.models = new Map(Object.entries(options.models ?? {}).map(([name, rate]) => [name, bucketOf(rate, now)]));
  }

  /** Lets a request in if it may come at once; nothing is taken, and nothing counted, if it may not. */
  pass(now: number, { model, session, tenant }: RateSubject): boolean {
    const { overall } = this;
    const ofModel = model === undefined || this.models.size === 0 ? null : (this.models.get(model) ?? null);
    const ofSession = this.ofSession(now, session, tenant);
    const ofTenant = this.ofTenant(now, tenant);
    if (ofModel === null && ofSession === null && ofTenant === null) {
      if (overall !== null && !overall.take(now)) return false;
      this.allowed++;
      return true;
    }
    const free =
      (overall === null || overall.waitMs(now) === 0) &&
      (ofModel === null || ofModel.waitMs(now) === 0) &&
      (ofSession === null || ofSession.waitMs(now) === 0) &&
      (ofTenant === null || ofTenant.waitMs(now) === 0);
    if (!free) return false;
    overall?.take(now);
    ofModel?.take(now);
    ofSession?.take(now);
    ofTenant?.take(now);
    this.allowed++;
    return true;
  }

  /** Lets a request in, or says which limit keeps it out. Never waits. */
  tryAcquire(now: number, subject: RateSubject): RateRefusal | null {
    if (this.pass(now, subject)) return null;
    const place = this.reserve(now, subject, 0);
    return 'limit' in place ? place : null;
  }

  /** Lets a request in after a wait, if that is no longer than `longestMs`: who asks first is let in first. */
  reserve(now: number, subject: RateSubject, longestMs: number): RatePlace | RateRefusal {
    const limits = this.limitsFor(now, subject);
    let waitMs = 0;
    let slowest: Limit | null = null;
    for (const limit of limits) {
      const wait = limit.bucket.waitMs(now);
      if (wait <= waitMs) continue;
      waitMs = wait;
      slowest = limit;
    }
    if (slowest !== null && waitMs > longestMs) {
      this.refused[slowest.name]++;
      return {
        limit: slowest.name,
        subject: slowest.subject,
        perS: slowest.bucket.refillPerS,
        retryAfterMs: waitMs,
      };
    }
    const turns = limits.map(({ bucket }) => {
      bucket.reserve(now, waitMs);
      return bucket.turn;
    });
    this.allowed++;
    return {
      waitMs,
      giveBack: () => {
        this.allowed--;
        for (const [at, { bucket }] of limits.entries()) bucket.giveBack(turns[at]!);
      },
    };
  }

  /** What is left of every limit that applies: whole requests that would be let in now, and those of a full bucket. */
  level(now: number, subject: RateSubject): Readonly<Partial<Record<RateLimitName, Level>>> {
    return Object.fromEntries(this.limitsFor(now, subject).map(({ name, bucket }) => [name, levelOf(bucket, now)]));
  }

  /** The same of every model's limit. */
  modelLevels(now: number): Readonly<Record<string, Level>> {
    return Object.fromEntries([...this.models].map(([name, bucket]) => [name, levelOf(bucket, now)]));
  }

  private limitsFor(now: number, { model, session, tenant }: RateSubject): readonly Limit[] {
    const limits: Limit[] = [];
    if (this.overall !== null) {
      limits.push({ name: 'requests_per_second', subject: undefined, bucket: this.overall });
    }
    const ofModel = model === undefined ? undefined : this.models.get(model);
    if (ofModel !== undefined) limits.push({ name: 'per_model', subject: model, bucket: ofModel });
    const ofSession = this.ofSession(now, session, tenant);
    if (ofSession !== null) limits.push({ name: 'per_session', subject: session, bucket: ofSession });
    const ofTenant = this.ofTenant(now, tenant);
    if (ofTenant !== null) limits.push({ name: 'per_tenant', subject: tenant, bucket: ofTenant });
    return limits;
  }

  private ofSession(now: number, session: string | undefined, tenant: string | undefined): TokenBucket | null {
    const rate = this.options.session;
    if (session === undefined || rate === undefined) return null;
    return remembered(this.sessions, sessionKey(session, tenant), rate, now);
  }

  private ofTenant(now: number, tenant: string | undefined): TokenBucket | null {
    const rate = this.options.tenant;
    return tenant === undefined || rate === undefined ? null : remembered(this.tenants, tenant, rate, now);
  }
}

/** What is left in a bucket. */
export interface Level {
  readonly remaining: number;
  readonly capacity: number;
}

const levelOf = (bucket: TokenBucket, now: number): Level => ({
  remaining: Math.max(Math.floor(bucket.level(now) + 1e-9), 0),
  capacity: bucket.capacity,
});

function bucketOf({ perS, burst }: Rate, now: number): TokenBucket {
  return new TokenBucket(burst ?? (perS === 0 ? 0 : Math.max(Math.ceil(perS), 1)), perS, now);
}

function remembered(buckets: LRUCache<string, TokenBucket>, key: string, rate: Rate, now: number): TokenBucket {
  const known = buckets.get(key);
  if (known !== undefined) return known;
  const bucket = bucketOf(rate, now);
  buckets.set(key, bucket);
  return bucket;
}
