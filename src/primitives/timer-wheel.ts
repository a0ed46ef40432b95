const SLOTS = 512;
const NONE = -1;

/**
 * Many time-outs in one structure: a hashed wheel (Varghese and Lauck 1987, scheme 6). Each slot is a list, linked by
 * places in arrays: adding and deleting cost the same whatever the number of items, and nothing is kept of an item that
 * has left (`places.ts` says what a map would keep). An item is due at most one resolution late.
 */
export class TimerWheel<Item> {
  private readonly resolutionMs: number;
  /** First and last place of each slot. */
  private readonly first = new Int32Array(SLOTS).fill(NONE);
  private readonly last = new Int32Array(SLOTS).fill(NONE);
  /** By place: what is there, when it is due, and its neighbours in the slot; of a free place, the next free one. */
  private readonly items: (Item | undefined)[] = [];
  private readonly ticks: number[] = [];
  private readonly next: number[] = [];
  private readonly previous: number[] = [];
  private free = NONE;
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
   * Makes `item` due once `at` has passed; both times in milliseconds. Returns the place to delete it from, which is another
   * item's once it has left.
   */
  add(item: Item, at: number, now: number): number {
    if (this.count === 0) this.turned = Math.floor(now / this.resolutionMs);
    // Never into the tick that is being left behind, or the item would wait a whole turn.
    const tick = Math.max(Math.ceil(at / this.resolutionMs), this.turned + 1);
    const place = this.takePlace();
    const slot = tick % SLOTS;
    const last = this.last[slot]!;
    this.items[place] = item;
    this.ticks[place] = tick;
    this.next[place] = NONE;
    this.previous[place] = last;
    if (last === NONE) this.first[slot] = place;
    else this.next[last] = place;
    this.last[slot] = place;
    this.count++;
    return place;
  }

  /** Takes an item out; false when it is not in (any more). */
  delete(item: Item, place: number): boolean {
    if (place < 0 || place >= this.items.length || this.items[place] !== item) return false;
    const slot = this.ticks[place]! % SLOTS;
    const next = this.next[place]!;
    const previous = this.previous[place]!;
    if (previous === NONE) this.first[slot] = next;
    else this.next[previous] = next;
    if (next === NONE) this.last[slot] = previous;
    else this.previous[next] = previous;
    this.items[place] = undefined;
    this.next[place] = this.free;
    this.free = place;
    this.count--;
    return true;
  }

  /** Hands over everything that is due, in order of ticks. After a pause longer than a turn every slot is looked at once. */
  advance(now: number, onDue: (item: Item) => void): void {
    const current = Math.floor(now / this.resolutionMs);
    const from = Math.max(this.turned + 1, current - SLOTS + 1);
    this.turned = current;
    for (let tick = from; tick <= current; tick++) {
      if (this.first[tick % SLOTS] !== NONE) this.empty(tick % SLOTS, current, onDue);
    }
  }

  private empty(slot: number, current: number, onDue: (item: Item) => void): void {
    const due: number[] = [];
    for (let place = this.first[slot]!; place !== NONE; place = this.next[place]!) {
      if (this.ticks[place]! <= current) due.push(place);
    }
    // One of them may take out another; what takes its place meanwhile is due later.
    for (const place of due) {
      const item = this.items[place];
      if (item !== undefined && this.ticks[place]! <= current && this.delete(item, place)) onDue(item);
    }
  }

  private takePlace(): number {
    const place = this.free;
    if (place === NONE) return this.items.length;
    this.free = this.next[place]!;
    return place;
  }
}
