import type { Clock } from '../core/clock.ts';
import { LruTable } from '../primitives/lru-table.ts';
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

/** Tickets are small integers, and begin again some time. */
const TURNS = 2 ** 30 - 1;
const NO_TICKET = -1;

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
  /** By slot of the table, what is not packed. */
  private readonly loose = new Map<number, Entry>();
  private readonly expiresAt: Float64Array;
  private readonly ttlMs: number;
  private readonly longest: number;
  private readonly clock: Pick<Clock, 'now'>;
  /**
   * What was found out about the key that was asked for last: who asks in vain comes back with the answer. The key itself is
   * not noted: two long texts that begin alike take long to be told apart.
   */
  private turn = 0;
  private hash = 0;
  private slot = -1;

  constructor(options: ResponseCacheOptions, clock: Pick<Clock, 'now'>) {
    const { maxEntries = 1024, ttlMs = 300_000, maxKeyLength = Number.POSITIVE_INFINITY } = options;
    this.ttlMs = ttlMs;
    this.longest = maxKeyLength;
    this.clock = clock;
    this.table = new LruTable(maxEntries);
    this.packed = new PackedAnswers(maxEntries);
    this.expiresAt = new Float64Array(maxEntries);
  }

  /** Entries, those included that have expired and were not asked for since. */
  get size(): number {
    return this.table.size;
  }

  /**
   * Names what `get` has just found out in vain: with it `set` need not find out again, if nothing has happened since. To be
   * read right after `get`, as it is about the key that was asked for last.
   */
  get ticket(): number {
    return this.turn;
  }

  get(key: string): Answer | undefined {
    const slot = this.slotOf(key);
    if (slot < 0) {
      this.misses++;
      return undefined;
    }
    this.table.touch(slot);
    this.hits++;
    return this.entryAt(slot)?.answer ?? this.packed.at(slot);
  }

  /** Whether `get` would find something; counts as neither. */
  has(key: string): boolean {
    return this.slotOf(key) >= 0;
  }

  /** Keeps an answer from `now` on, monotonic milliseconds. */
  set(key: string, answer: Answer, now = this.clock.now(), ticket = NO_TICKET): void {
    if (key.length > this.longest) return;
    if (ticket !== this.turn) this.ask(key);
    const slot = this.take();
    if (this.packed.put(slot, answer)) {
      if (this.loose.size > 0) this.loose.delete(slot);
    } else {
      this.packed.drop(slot);
      const lastUnit = answer.said.charCodeAt(answer.said.length - 1);
      this.loose.set(slot, { key, answer: answerOf(answer), lastUnit });
    }
    this.expiresAt[slot] = now + this.ttlMs;
    this.nextTurn();
  }

  delete(key: string): void {
    const slot = this.slotOf(key);
    if (slot >= 0) this.drop(slot);
  }

  /** Forgets everything; returns how many entries that were. */
  flush(): number {
    const { size } = this.table;
    this.nextTurn();
    this.table.clear();
    this.packed.clear();
    this.loose.clear();
    return size;
  }

  /** Where the answer to a key is; -1 when there is none any more. */
  private slotOf(key: string): number {
    this.ask(key);
    const slot = this.slot;
    if (slot < 0 || !this.isAt(slot, key)) return -1;
    if (this.expiresAt[slot]! > this.clock.now()) return slot;
    this.drop(slot);
    return -1;
  }

  private isAt(slot: number, key: string): boolean {
    const entry = this.entryAt(slot);
    return entry === undefined ? this.packed.isAt(slot) : entry.key === key;
  }

  private ask(key: string): void {
    this.nextTurn();
    this.hash = this.packed.ask(key);
    this.slot = this.table.find(this.hash);
  }

  private nextTurn(): void {
    this.turn = (this.turn + 1) & TURNS;
  }

  /** A slot for the key that was asked for last: that of its hash. */
  private take(): number {
    const { table, slot } = this;
    if (slot >= 0) table.touch(slot);
    else if (table.size === table.capacity) this.evictions++;
    return slot >= 0 ? slot : table.insert(this.hash);
  }

  private drop(slot: number): void {
    this.nextTurn();
    // That of the key that was asked for last: it has none any more.
    this.slot = -1;
    this.table.remove(slot);
    this.packed.drop(slot);
    this.loose.delete(slot);
  }

  private entryAt(slot: number): Entry | undefined {
    return this.loose.size === 0 ? undefined : this.loose.get(slot);
  }
}
