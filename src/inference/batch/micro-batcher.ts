import type { Clock, Timer } from '../../core/clock.ts';

export interface MicroBatcherSettings {
  /** A batch of this size goes at once. */
  readonly maxSize: number;
  /** Milliseconds that the first of a batch waits for others, at most. */
  readonly maxWaitMs: number;
}

interface Group<Item> {
  readonly items: Item[];
  readonly timer: Timer;
}

/** Collects what comes close together and belongs together, by a key. */
export class MicroBatcher<Item> {
  private readonly settings: MicroBatcherSettings;
  private readonly clock: Clock;
  private readonly flush: (items: readonly Item[]) => void;
  private readonly groups = new Map<string, Group<Item>>();

  /** @param flush takes a batch; there is always something in it */
  constructor(settings: MicroBatcherSettings, clock: Clock, flush: (items: readonly Item[]) => void) {
    this.settings = settings;
    this.clock = clock;
    this.flush = flush;
  }

  /** Items that wait. */
  get waiting(): number {
    let sum = 0;
    for (const { items } of this.groups.values()) sum += items.length;
    return sum;
  }

  /** The returned function takes the item out again; it does nothing once the batch has gone. */
  add(key: string, item: Item): () => void {
    const group = this.groups.get(key) ?? this.begin(key);
    group.items.push(item);
    if (group.items.length >= this.settings.maxSize) this.send(key, group);
    return () => {
      const at = this.groups.get(key) === group ? group.items.indexOf(item) : -1;
      if (at < 0) return;
      group.items.splice(at, 1);
      if (group.items.length === 0) this.close(key, group);
    };
  }

  private begin(key: string): Group<Item> {
    const group: Group<Item> = {
      items: [],
      timer: this.clock.after(this.settings.maxWaitMs, () => this.send(key, group)),
    };
    this.groups.set(key, group);
    return group;
  }

  private send(key: string, group: Group<Item>): void {
    this.close(key, group);
    this.flush(group.items);
  }

  private close(key: string, group: Group<Item>): void {
    group.timer.cancel();
    this.groups.delete(key);
  }
}
