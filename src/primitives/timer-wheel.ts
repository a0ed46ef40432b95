const SLOTS = 512;

/**
 * Many time-outs in one structure: a hashed wheel (Varghese and Lauck 1987, scheme 6). Adding and deleting cost one
 * map operation whatever the number of items; an item is due at most one resolution late.
 */
export class TimerWheel<Item> {
  private readonly slots: Map<Item, number>[] = Array.from({ length: SLOTS }, () => new Map());
  private readonly resolutionMs: number;
  private turned = 0;
  private count = 0;

  /** @param resolutionMs how late an item may be; one turn of the wheel covers 512 of them */
  constructor(resolutionMs: number) {
    this.resolutionMs = resolutionMs;
  }

  get size(): number {
    return this.count;
  }

  /**
   * Makes `item` due once `at` has passed; both times in milliseconds. Returns the tick to delete it with.
   * An item is in the wheel once: it must have left before it is added again.
   */
  add(item: Item, at: number, now: number): number {
    if (this.count === 0) this.turned = Math.floor(now / this.resolutionMs);
    // Never into the tick that is being left behind, or the item would wait a whole turn.
    const tick = Math.max(Math.ceil(at / this.resolutionMs), this.turned + 1);
    this.slots[tick % SLOTS]!.set(item, tick);
    this.count++;
    return tick;
  }

  /** Takes an item out; false when it is not in (any more). */
  delete(item: Item, tick: number): boolean {
    const deleted = this.slots[tick % SLOTS]!.delete(item);
    if (deleted) this.count--;
    return deleted;
  }

  /** Hands over everything that is due, in order of ticks. After a pause longer than a turn every slot is looked at once. */
  advance(now: number, onDue: (item: Item) => void): void {
    const current = Math.floor(now / this.resolutionMs);
    const from = Math.max(this.turned + 1, current - SLOTS + 1);
    this.turned = current;
    for (let tick = from; tick <= current; tick++) {
      for (const [item, due] of this.slots[tick % SLOTS]!) {
        if (due <= current && this.delete(item, due)) onDue(item);
      }
    }
  }
}
