const FREE = -1;
/** Words of a slot: its hash; its neighbours in a ring of all slots; the one before it in its bucket, plus one. */
const SLOT = 4;
const HASH = 0;
const NEWER = 1;
const OLDER = 2;
const NEXT = 3;
/** Slots of a bucket are counted up to here; of one that had as many it is not known any more when the last one leaves. */
const MANY = 15;

/**
 * Which of so many slots belongs to which hash, and which of them was used longest ago. What is in the slots is the
 * caller's. Everything lies in flat arrays of small integers, a slot in four words: to look a hash up, and to put another
 * in the place of the oldest, touches one place of the index each, and rarely a chain behind it; a map of entries touches
 * dozens of cache lines.
 */
export class LruTable {
  readonly capacity: number;
  size = 0;
  /** In the ring the slots go from the one used last to the oldest, behind which the free ones are. */
  private readonly slots: Int32Array;
  private newest: number;
  /** By the lowest bits of a hash, its bucket: the slot that came last, plus one. It says nothing where there is none. */
  private readonly heads: Int32Array;
  /**
   * By bucket, how many slots it has, and which signs their hashes have. This fits into a near cache, and the rest does not:
   * that is looked at only where something may be, and most who leave leave nobody behind.
   */
  private readonly taken: Uint8Array;
  private readonly mask: number;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.slots = new Int32Array(capacity * SLOT);
    for (let slot = 0; slot < capacity; slot++) {
      this.slots[slot * SLOT + HASH] = FREE;
      this.slots[slot * SLOT + NEWER] = (slot + 1) % capacity;
      this.slots[slot * SLOT + OLDER] = (slot + capacity - 1) % capacity;
    }
    // The first slot is the first to be given.
    this.newest = capacity - 1;
    this.mask = 2 ** Math.ceil(Math.log2(capacity * 2)) - 1;
    this.heads = new Int32Array(this.mask + 1);
    this.taken = new Uint8Array(this.mask + 1);
  }

  /** The slot of a hash (0 to 2^31 - 1); -1 when it has none. */
  find(hash: number): number {
    const { slots } = this;
    const bucket = hash & this.mask;
    if ((this.taken[bucket]! & signOf(hash)) === 0) return -1;
    let link = this.heads[bucket]!;
    while (link !== 0 && slots[(link - 1) * SLOT + HASH] !== hash) link = slots[(link - 1) * SLOT + NEXT]!;
    return link - 1;
  }

  /** Gives a hash that has none a slot: a free one, else that of the oldest. It counts as used now. */
  insert(hash: number): number {
    const { slots } = this;
    // In a ring, the one before the first is the last.
    const slot = slots[this.newest * SLOT + NEWER]!;
    const at = slot * SLOT;
    const before = slots[at + HASH]!;
    if (before === FREE) this.size++;
    else this.leaveIndex(slot, before & this.mask);
    const bucket = hash & this.mask;
    slots[at + HASH] = hash;
    const taken = this.taken[bucket]!;
    slots[at + NEXT] = taken === 0 ? 0 : this.heads[bucket]!;
    this.heads[bucket] = slot + 1;
    const counted = (taken & MANY) < MANY ? taken + 1 : taken;
    this.taken[bucket] = counted | signOf(hash);
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
    const { slots } = this;
    this.leaveIndex(slot, slots[slot * SLOT + HASH]! & this.mask);
    slots[slot * SLOT + HASH] = FREE;
    this.size--;
    // In front of the first is behind the last.
    if (slot === this.newest) this.newest = slots[slot * SLOT + OLDER]!;
    else this.moveToFront(slot);
  }

  clear(): void {
    for (let at = HASH; at < this.slots.length; at += SLOT) this.slots[at] = FREE;
    this.taken.fill(0);
    this.size = 0;
  }

  private moveToFront(slot: number): void {
    const { slots, newest } = this;
    const newer = slots[slot * SLOT + NEWER]!;
    const older = slots[slot * SLOT + OLDER]!;
    slots[older * SLOT + NEWER] = newer;
    slots[newer * SLOT + OLDER] = older;
    const first = slots[newest * SLOT + NEWER]!;
    slots[slot * SLOT + NEWER] = first;
    slots[slot * SLOT + OLDER] = newest;
    slots[first * SLOT + OLDER] = slot;
    slots[newest * SLOT + NEWER] = slot;
  }

  private leaveIndex(slot: number, bucket: number): void {
    const { heads, slots } = this;
    const taken = this.taken[bucket]!;
    const count = taken & MANY;
    if (count === 1) {
      this.taken[bucket] = 0;
      return;
    }
    if (count < MANY) this.taken[bucket] = taken - 1;
    const next = slots[slot * SLOT + NEXT]!;
    let link = heads[bucket]!;
    if (link === slot + 1) {
      heads[bucket] = next;
      return;
    }
    while (slots[(link - 1) * SLOT + NEXT] !== slot + 1) link = slots[(link - 1) * SLOT + NEXT]!;
    slots[(link - 1) * SLOT + NEXT] = next;
  }
}

/** One of four signs, above the count, by bits of a hash that say nothing of its bucket. */
const signOf = (hash: number): number => (MANY + 1) << ((hash >>> 28) & 3);
