import { TimerWheel } from '../primitives/timer-wheel.ts';
import type { Clock, Timer } from './clock.ts';

/** Milliseconds between two looks at the wheel, and of one of its ticks: together, how late a time-out may fire. */
const RESOLUTION_MS = 8;

/** Many time-outs on one timer, which runs only while there are any. */
export class Timeouts<Item> {
  private readonly wheel = new TimerWheel<Item>(RESOLUTION_MS);
  private readonly clock: Clock;
  private readonly onDue: (item: Item) => void;
  private timer: Timer | null = null;

  constructor(clock: Clock, onDue: (item: Item) => void) {
    this.clock = clock;
    this.onDue = onDue;
  }

  get size(): number {
    return this.wheel.size;
  }

  /** Fires `item` once monotonic time `at` has passed, at most 16 ms later. Returns the ticket that takes it back. */
  add(item: Item, at: number): number {
    const ticket = this.wheel.add(item, at, this.clock.now());
    this.timer ??= this.clock.after(RESOLUTION_MS, this.turn);
    return ticket;
  }

  /** Takes a time-out back; harmless when it has fired. */
  delete(item: Item, ticket: number): void {
    this.wheel.delete(item, ticket);
    if (this.wheel.size > 0 || this.timer === null) return;
    this.timer.cancel();
    this.timer = null;
  }

  private readonly turn = (): void => {
    this.timer = null;
    this.wheel.advance(this.clock.now(), this.onDue);
    if (this.wheel.size > 0) this.timer ??= this.clock.after(RESOLUTION_MS, this.turn);
  };
}
