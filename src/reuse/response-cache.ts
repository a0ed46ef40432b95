import type { Clock } from '../core/clock.ts';
import { LruTable } from '../primitives/lru-table.ts';
import { TextHash } from '../primitives/text-hash.ts';

export interface ResponseCacheOptions {
  /** Entries that are kept; the least recently used goes first. Default 1024. */
  readonly maxEntries?: number;
  /** Milliseconds an entry is kept. Default 300,000. */
  readonly ttlMs?: number;
  /** Characters of the longest key that is kept. Default: any. */
  readonly maxKeyLength?: number;
}

/**
 * A bounded store of answers that forgets them after their time; the least recently used leaves first. Keys are compared as
 * they are, so that nobody gets the answer to another. They are found by a hash of our own: a map of strings makes V8 keep
 * a copy of every string that it was ever asked for, which takes longer than all the rest. Of two keys with the same hash
 * the later one stays.
 */
export class ResponseCache<Answer extends object> {
  hits = 0;
  misses = 0;
  /** Entries that left for want of room. */
  evictions = 0;
  private readonly table: LruTable;
  /** By slot of the table. */
  private readonly keys: string[] = [];
  private readonly answers: (Answer | null)[] = [];
  private readonly expiresAt: Float64Array;
  private readonly ttlMs: number;
  private readonly longest: number;
  private readonly clock: Pick<Clock, 'now'>;
  private readonly hash = new TextHash();
  /** Of the key that was looked for last: whoever asks in vain comes back with the answer. */
  private latestKey = '';
  private latestHash: number;

  constructor(options: ResponseCacheOptions, clock: Pick<Clock, 'now'>) {
    const { maxEntries = 1024, ttlMs = 300_000, maxKeyLength = Number.POSITIVE_INFINITY } = options;
    this.ttlMs = ttlMs;
    this.longest = maxKeyLength;
    this.clock = clock;
    this.latestHash = this.hash.of('');
    this.table = new LruTable(maxEntries);
    this.expiresAt = new Float64Array(maxEntries);
  }

  /** Entries, those included that have expired and were not asked for since. */
  get size(): number {
    return this.table.size;
  }

  get(key: string): Answer | undefined {
    const slot = this.slotOf(key);
    if (slot < 0) {
      this.misses++;
      return undefined;
    }
    this.table.touch(slot);
    this.hits++;
    return this.answers[slot]!;
  }

  /** Whether `get` would find something; counts as neither. */
  has(key: string): boolean {
    return this.slotOf(key) >= 0;
  }

  set(key: string, answer: Answer): void {
    if (key.length > this.longest) return;
    const { table } = this;
    const hash = key === this.latestKey ? this.latestHash : this.hash.of(key);
    let slot = table.find(hash);
    if (slot < 0) {
      if (table.size === table.capacity) this.evictions++;
      slot = table.insert(hash);
    } else table.touch(slot);
    this.keys[slot] = key;
    this.answers[slot] = answer;
    this.expiresAt[slot] = this.clock.now() + this.ttlMs;
  }

  delete(key: string): void {
    const slot = this.slotOf(key);
    if (slot >= 0) this.drop(slot);
  }

  /** Forgets everything; returns how many entries that were. */
  flush(): number {
    const { size } = this.table;
    this.table.clear();
    this.keys.length = 0;
    this.answers.length = 0;
    return size;
  }

  /** Where the answer to a key is; -1 when there is none any more. */
  private slotOf(key: string): number {
    this.latestHash = this.hash.of(key);
    this.latestKey = key;
    const slot = this.table.find(this.latestHash);
    if (slot < 0 || this.keys[slot] !== key) return -1;
    if (this.expiresAt[slot]! > this.clock.now()) return slot;
    this.drop(slot);
    return -1;
  }

  private drop(slot: number): void {
    this.table.remove(slot);
    this.keys[slot] = '';
    this.answers[slot] = null;
  }
}
