const FREE = -1;

/**
 * Which of so many slots belongs to which hash, and which of them was used longest ago. What is in the slots is the
 * caller's. Everything lies in flat arrays of small integers: to look a hash up and to put another in the place of the
 * oldest touches a handful of cache lines, where a map of entries touches dozens. Open addressing with linear probing; a
 * deletion moves what follows back (Knuth, TAOCP vol. 3, 6.4, algorithm R), so that there are no tombstones.
 */
export class LruTable {
  readonly capacity: number;
  size = 0;
  /** By slot: its hash; its neighbours in a ring of all slots, from the one used last to the oldest, behind which the free ones are. */
  private readonly hashes: Int32Array;
  private readonly newer: Int32Array;
  private readonly older: Int32Array;
  private newest = 0;
  /** By place: the slot that is there, plus one; 0 for none. At least half of it is empty. */
  private readonly index: Int32Array;
  private readonly mask: number;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.hashes = new Int32Array(capacity).fill(FREE);
    this.newer = Int32Array.from({ length: capacity }, (_, slot) => (slot + capacity - 1) % capacity);
    this.older = Int32Array.from({ length: capacity }, (_, slot) => (slot + 1) % capacity);
    this.mask = 2 ** Math.ceil(Math.log2(capacity * 2)) - 1;
    this.index = new Int32Array(this.mask + 1);
  }

  /** The slot of a hash (0 to 2^31 - 1); -1 when it has none. */
  find(hash: number): number {
    const { index, hashes, mask } = this;
    for (let place = hash & mask; index[place] !== 0; place = (place + 1) & mask) {
      const slot = index[place]! - 1;
      if (hashes[slot] === hash) return slot;
    }
    return -1;
  }

  /** Gives a hash that has none a slot: a free one, else that of the oldest. It counts as used now. */
  insert(hash: number): number {
    const slot = this.newer[this.newest]!;
    if (this.hashes[slot] === FREE) this.size++;
    else this.leaveIndex(slot);
    this.hashes[slot] = hash;
    const { index, mask } = this;
    let place = hash & mask;
    while (index[place] !== 0) place = (place + 1) & mask;
    index[place] = slot + 1;
    // In a ring, the one before the first is the last.
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
    this.index.fill(0);
    this.size = 0;
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
    const { index, hashes, mask } = this;
    let hole = hashes[slot]! & mask;
    while (index[hole] !== slot + 1) hole = (hole + 1) & mask;
    for (let place = (hole + 1) & mask; index[place] !== 0; place = (place + 1) & mask) {
      const home = hashes[index[place]! - 1]! & mask;
      // Whoever would be found at the hole, too, fills it.
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      index[hole] = index[place]!;
      hole = place;
    }
    index[hole] = 0;
  }
}
