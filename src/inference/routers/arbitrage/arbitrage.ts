/** One provider as arbitrage sees it. */
export interface Offer<Key> {
  readonly key: Key;
  /** What the request would cost there; infinite when nobody knows. */
  readonly cost: number;
  /** Among equal costs the smallest wins. */
  readonly priority: number;
  /** 95th percentile of its latest answers, milliseconds; NaN without any. */
  readonly p95Ms: number;
  /** A call is at work there. */
  readonly busy: boolean;
}

export interface Deal<Key> {
  readonly key: Key;
  /** `meets`: the cheapest that is fast enough; `fastest`: none is, which is a miss; `explores`: to learn how fast it is. */
  readonly kind: 'meets' | 'fastest' | 'explores';
}

/** Somebody whose speed is not known is tried again so long after a try that told nothing, milliseconds. */
const UNKNOWN_AGAIN_MS = 10_000;
/** Somebody cheaper who was too slow gets another chance so often, milliseconds. */
const SLOW_AGAIN_MS = 60_000;

/**
 * The cheapest provider that is fast enough. One without samples is explored, one call at a time; one that was too slow
 * gets a call a minute if it would be preferred otherwise, as it would never be seen to have become faster.
 */
export class Arbitrage<Key> {
  /** Choices for which nobody was fast enough. */
  misses = 0;
  explored = 0;
  private readonly exploredAt = new Map<Key, number>();

  /** @param slaMs what an answer may take; infinite without a limit. There must be an offer. */
  select(offers: readonly Offer<Key>[], slaMs: number, now: number): Deal<Key> {
    const cheapestFirst = offers.toSorted((a, b) => compare(a.cost, b.cost) || a.priority - b.priority);
    const known = cheapestFirst.filter(({ p95Ms }) => !Number.isNaN(p95Ms));
    const unknown = cheapestFirst.filter(({ p95Ms }) => Number.isNaN(p95Ms));
    const news = unknown.find((offer) => !offer.busy && this.due(offer.key, UNKNOWN_AGAIN_MS, now));
    if (news !== undefined) return this.explore(news.key, now);

    const winner = known.find(({ p95Ms }) => p95Ms <= slaMs);
    if (winner !== undefined) {
      const cheaper = cheapestFirst.slice(0, cheapestFirst.indexOf(winner));
      const second = cheaper.find(
        (offer) => !offer.busy && !Number.isNaN(offer.p95Ms) && this.due(offer.key, SLOW_AGAIN_MS, now),
      );
      return second === undefined ? { key: winner.key, kind: 'meets' } : this.explore(second.key, now);
    }
    // All are being explored for the first time.
    if (known.length === 0) return { key: unknown[0]!.key, kind: 'explores' };
    this.misses++;
    const fastest = known.reduce((best, offer) => (offer.p95Ms < best.p95Ms ? offer : best));
    return { key: fastest.key, kind: 'fastest' };
  }

  private due(key: Key, afterMs: number, now: number): boolean {
    const at = this.exploredAt.get(key);
    if (at !== undefined) return now - at >= afterMs;
    // The first second chance is a minute from now.
    if (afterMs === SLOW_AGAIN_MS) this.exploredAt.set(key, now);
    return afterMs !== SLOW_AGAIN_MS;
  }

  private explore(key: Key, now: number): Deal<Key> {
    this.explored++;
    this.exploredAt.set(key, now);
    return { key, kind: 'explores' };
  }
}

/** Infinite costs are equal. */
const compare = (a: number, b: number): number => (a === b ? 0 : a - b);
