import type { Clock, Timer } from '../../src/core/clock.ts';

interface Alarm {
  readonly due: number;
  /** Of two that are due together, the one that was set first goes first. */
  readonly order: number;
  /** Null once it was cancelled: it is dropped when its time comes. */
  fn: (() => void) | null;
}

/** A clock that moves only when a test says so. Timers fire in the order in which they are due. */
export class ManualClock implements Clock {
  #now = 0;
  #wallAtZero: number;
  /** A binary heap, the alarm that is due first at its root. */
  readonly #alarms: Alarm[] = [];
  #set = 0;
  #waiting = 0;
  #turns: (() => void)[] = [];

  /** `epoch` is the wall time at the start, milliseconds since 1970. */
  constructor(epoch = Date.UTC(2026, 0, 1)) {
    this.#wallAtZero = epoch;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#wallAtZero + this.#now;
  }

  after(ms: number, fn: () => void): Timer {
    const alarm: Alarm = { due: this.#now + Math.max(ms, 0), order: this.#set++, fn };
    this.#waiting++;
    this.#push(alarm);
    return {
      cancel: () => {
        if (alarm.fn === null) return;
        alarm.fn = null;
        this.#waiting--;
      },
    };
  }

  nextTurn(fn: () => void): void {
    this.#turns.push(fn);
  }

  /** Synchronous work that takes so long: time passes, and neither timers nor turns come in between. */
  work(ms: number): void {
    this.#now += ms;
  }

  /** Somebody sets the wall clock; monotonic time goes on. */
  setWallBy(ms: number): void {
    this.#wallAtZero += ms;
  }

  /** Runs what waits for the next turn; what that adds waits for the turn after. */
  turn(): void {
    for (const fn of this.#turns.splice(0)) fn();
  }

  /** Moves the time on, one turn and one timer after the other. */
  advance(ms: number): void {
    const end = this.#now + ms;
    this.turn();
    while (this.#fireNext(end)) this.turn();
    this.#now = end;
  }

  /**
   * Lets one thing happen: a turn of the loop if anybody waits for one, or else the next timer, to which the time moves
   * on. False when nothing waits.
   */
  step(): boolean {
    if (this.#turns.length === 0) return this.#fireNext(Number.POSITIVE_INFINITY);
    this.turn();
    return true;
  }

  /** Somebody waits for the next turn. */
  get turning(): boolean {
    return this.#turns.length > 0;
  }

  /** Timers that were set and have not fired. */
  get waiting(): number {
    return this.#waiting;
  }

  #fireNext(end: number): boolean {
    while (this.#alarms.length > 0 && this.#alarms[0]!.due <= end) {
      const { due, fn } = this.#pop();
      if (fn === null) continue;
      this.#now = Math.max(this.#now, due);
      fn();
      return true;
    }
    return false;
  }

  #push(alarm: Alarm): void {
    const heap = this.#alarms;
    let at = heap.length;
    heap.push(alarm);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(alarm, heap[parent]!)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = alarm;
  }

  /** Takes the root; it counts as fired. */
  #pop(): { due: number; fn: (() => void) | null } {
    const heap = this.#alarms;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length > 0) {
      let at = 0;
      for (let child = 1; child < heap.length; child = 2 * at + 1) {
        if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
        if (!isBefore(heap[child]!, last)) break;
        heap[at] = heap[child]!;
        at = child;
      }
      heap[at] = last;
    }
    const { due, fn } = first;
    if (fn !== null) this.#waiting--;
    // Whoever cancels it now comes too late.
    first.fn = null;
    return { due, fn };
  }
}

const isBefore = (a: Alarm, b: Alarm): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);
