import type { Clock } from '../core/clock.ts';
import { LruTable } from '../primitives/lru-table.ts';
import { TextHash } from '../primitives/text-hash.ts';
import { type Answer, answerOf } from './answer.ts';
import { PackedAnswers } from './packed-answers.ts';

export interface ResponseCacheOptions {
  /** Entries that are kept; the least recently used goes first. Default 1024. */
  readonly maxEntries?: number;
  /** Milliseconds an entry is kept. Default 300,000. */
  readonly ttlMs?: number;
  /** Characters of the longest key that is kept. Default: any. */
  readonly maxKeyLength?: number;
}

/** An entry that cannot be packed. */
interface Entry {
  readonly key: string;
  readonly answer: Answer;
  /**
   * Last UTF-16 code unit of the text. One that was added up keeps all its pieces, ten times its size, until one of its
   * characters is read; a reading that nobody sees would be left out by the compiler.
   */
  readonly lastUnit: number;
}

/**
 * A bounded store of answers that forgets them after their time; the least recently used leaves first. Keys are compared as
 * they are, so that nobody gets the answer to another. They are found by a hash of our own: a map of strings makes V8 keep
 * a copy of every string that it was ever asked for, which takes longer than all the rest. Of two keys with the same hash
 * the later one stays.
 */
export class ResponseCache {
  hits = 0;
  misses = 0;
  /** Entries that left for want of room. */
  evictions = 0;
  private readonly table: LruTable;
  private readonly packed: PackedAnswers;
  /** By slot of the table; null for what is packed. */
  private readonly entries: (Entry | null)[];
  private readonly expiresAt: Float64Array;
  private readonly ttlMs: number;
  private readonly longest: number;
  private readonly clock: Pick<Clock, 'now'>;
  private readonly hash = new TextHash();
  /**
   * The key that was hashed last, and its hash: who asks in vain comes back with the answer. Null after that, as two long
   * texts that begin alike take long to be told apart.
   */
  private latest: string | null = null;
  private latestHash = 0;

  constructor(options: ResponseCacheOptions, clock: Pick<Clock, 'now'>) {
    const { maxEntries = 1024, ttlMs = 300_000, maxKeyLength = Number.POSITIVE_INFINITY } = options;
    this.ttlMs = ttlMs;
    this.longest = maxKeyLength;
    this.clock = clock;
    this.table = new LruTable(maxEntries);
    this.packed = new PackedAnswers(maxEntries);
    this.entries = new Array<Entry | null>(maxEntries).fill(null);
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
    const entry = this.entries[slot]!;
    return entry === null ? this.packed.at(slot) : entry.answer;
  }

  /** Whether `get` would find something; counts as neither. */
  has(key: string): boolean {
    return this.slotOf(key) >= 0;
  }

  /** Keeps an answer from `now` on, monotonic milliseconds. */
  set(key: string, answer: Answer, now = this.clock.now()): void {
    if (key.length > this.longest) return;
    const { table, entries } = this;
    const hash = this.hashOf(key);
    let slot = table.find(hash);
    if (slot < 0) {
      if (table.size === table.capacity) this.evictions++;
      slot = table.insert(hash);
    } else table.touch(slot);
    const { utf8 } = this.hash;
    if (utf8.isWhole(key) && this.packed.put(slot, utf8, answer)) {
      if (entries[slot] !== null) entries[slot] = null;
    } else {
      this.packed.drop(slot);
      entries[slot] = { key, answer: answerOf(answer), lastUnit: answer.said.charCodeAt(answer.said.length - 1) };
    }
    this.expiresAt[slot] = now + this.ttlMs;
    this.latest = null;
  }

  delete(key: string): void {
    const slot = this.slotOf(key);
    if (slot >= 0) this.drop(slot);
  }

  /** Forgets everything; returns how many entries that were. */
  flush(): number {
    const { size } = this.table;
    this.table.clear();
    this.packed.clear();
    this.entries.fill(null);
    return size;
  }

  /** Where the answer to a key is; -1 when there is none any more. */
  private slotOf(key: string): number {
    const slot = this.table.find(this.hashOf(key));
    if (slot < 0 || !this.isAt(slot, key)) return -1;
    if (this.expiresAt[slot]! > this.clock.now()) return slot;
    this.drop(slot);
    return -1;
  }

  private isAt(slot: number, key: string): boolean {
    const entry = this.entries[slot]!;
    if (entry !== null) return entry.key === key;
    const { utf8 } = this.hash;
    return utf8.isWhole(key) && this.packed.isAt(slot, utf8);
  }

  private hashOf(key: string): number {
    if (key !== this.latest) {
      this.latest = key;
      this.latestHash = this.hash.of(key);
    }
    return this.latestHash;
  }

  private drop(slot: number): void {
    this.table.remove(slot);
    this.packed.drop(slot);
    this.entries[slot] = null;
  }
}
