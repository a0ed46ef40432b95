import { Bits } from './bits.ts';

const FREE = -1;

/**
 * Which of so many slots belongs to which hash, and which of them was used longest ago. What is in the slots is the
 * caller's. Everything lies in flat arrays of small integers: to look a hash up, and to put another in the place of the
 * oldest, touches one place of the index each, and rarely a chain behind it; a map of entries touches dozens of cache lines.
 */
export class LruTable {
  readonly capacity: number;
  size = 0;
  /** By slot: its hash; its neighbours in a ring of all slots, from the one used last to the oldest, behind which the free ones are. */
  private readonly hashes: Int32Array;
  private readonly newer: Int32Array;
  private readonly older: Int32Array;
  private newest: number;
  /** By the lowest bits of a hash: the slot that came last, plus one. Most have none, and say nothing then. */
  private readonly heads: Int32Array;
  private readonly taken: Bits;
  /** By slot: the one before it with the same lowest bits, plus one. */
  private readonly next: Int32Array;
  private readonly mask: number;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.hashes = new Int32Array(capacity).fill(FREE);
    this.newer = Int32Array.from({ length: capacity }, (_, slot) => (slot + 1) % capacity);
    this.older = Int32Array.from({ length: capacity }, (_, slot) => (slot + capacity - 1) % capacity);
    // The first slot is the first to be given.
    this.newest = capacity - 1;
    this.mask = 2 ** Math.ceil(Math.log2(capacity * 2)) - 1;
    this.heads = new Int32Array(this.mask + 1);
    this.taken = new Bits(this.mask + 1);
    this.next = new Int32Array(capacity);
  }

  /** The slot of a hash (0 to 2^31 - 1); -1 when it has none. */
  find(hash: number): number {
    let link = this.head(hash & this.mask);
    while (link !== 0 && this.hashes[link - 1] !== hash) link = this.next[link - 1]!;
    return link - 1;
  }

  /** Gives a hash that has none a slot: a free one, else that of the oldest. It counts as used now. */
  insert(hash: number): number {
    // In a ring, the one before the first is the last.
    const slot = this.newer[this.newest]!;
    if (this.hashes[slot] === FREE) this.size++;
    else this.leaveIndex(slot);
    const bucket = hash & this.mask;
    this.hashes[slot] = hash;
    this.next[slot] = this.head(bucket);
    this.heads[bucket] = slot + 1;
    this.taken.add(bucket);
    this.newest = slot;
    return slot;
  }

  /** A slot was used now. */
  touch(slot: number): void {
    if (slot === this.newest) return;
    this.moveToFront(slot);
    this.newest = slot;
  }

  /** Frees a slot. */
  remove(slot: number): void {
    this.leaveIndex(slot);
    this.hashes[slot] = FREE;
    this.size--;
    // In front of the first is behind the last.
    if (slot === this.newest) this.newest = this.older[slot]!;
    else this.moveToFront(slot);
  }

  clear(): void {
    this.hashes.fill(FREE);
    this.taken.clear();
    this.size = 0;
  }

  private head(bucket: number): number {
    return this.taken.has(bucket) ? this.heads[bucket]! : 0;
  }

  private moveToFront(slot: number): void {
    const { newer, older, newest } = this;
    newer[older[slot]!] = newer[slot]!;
    older[newer[slot]!] = older[slot]!;
    newer[slot] = newer[newest]!;
    older[slot] = newest;
    older[newer[newest]!] = slot;
    newer[newest] = slot;
  }

  private leaveIndex(slot: number): void {
    const { heads, next } = this;
    const bucket = this.hashes[slot]! & this.mask;
    let link = heads[bucket]!;
    if (link === slot + 1) {
      heads[bucket] = next[slot]!;
      if (next[slot] === 0) this.taken.delete(bucket);
      return;
    }
    while (next[link - 1] !== slot + 1) link = next[link - 1]!;
    next[link - 1] = next[slot]!;
  }
}
