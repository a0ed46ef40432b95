import { LRUCache } from 'lru-cache';
import type { Clock } from '../core/clock.ts';

export interface ResponseCacheOptions {
  /** Entries that are kept; the least recently used goes first. Default 1024. */
  readonly maxEntries?: number;
  /** Milliseconds an entry is kept. Default 300,000. */
  readonly ttlMs?: number;
  /** Characters of the longest key that is kept. Default: any. */
  readonly maxKeyLength?: number;
}

/** A bounded store of answers that forgets them after their time. Keys are compared as they are: nothing collides. */
export class ResponseCache<Answer extends object> {
  hits = 0;
  misses = 0;
  /** Entries that left for want of room. */
  evictions = 0;
  private readonly entries: LRUCache<string, Answer>;
  private readonly longest: number;

  constructor(options: ResponseCacheOptions, clock: Pick<Clock, 'now'>) {
    this.longest = options.maxKeyLength ?? Number.POSITIVE_INFINITY;
    this.entries = new LRUCache<string, Answer>({
      max: options.maxEntries ?? 1024,
      ttl: options.ttlMs ?? 300_000,
      // The clock is asked each time: otherwise the cache would start timers of its own to remember what it said.
      ttlResolution: 0,
      // A start of 0 would mean to it that the entry never expires.
      perf: { now: () => clock.now() + 1 },
    });
  }

  /** Entries, those included that have expired and were not asked for since. */
  get size(): number {
    return this.entries.size;
  }

  get(key: string): Answer | undefined {
    const answer = this.entries.get(key);
    if (answer === undefined) this.misses++;
    else this.hits++;
    return answer;
  }

  /** Whether `get` would find something; counts as neither. */
  has(key: string): boolean {
    return this.entries.has(key);
  }

  set(key: string, answer: Answer): void {
    if (key.length > this.longest) return;
    // Counted here: a callback for what leaves would cost every entry.
    if (this.entries.size === this.entries.max && !this.entries.has(key)) this.evictions++;
    this.entries.set(key, answer);
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  /** Forgets everything; returns how many entries that were. */
  flush(): number {
    const { size } = this.entries;
    this.entries.clear();
    return size;
  }
}
