import type { Clock, Timer } from '../../src/core/clock.ts';

interface Alarm {
  readonly due: number;
  readonly fn: () => void;
}

/** A clock that moves only when a test says so. Timers fire in the order in which they are due. */
export class ManualClock implements Clock {
  #now = 0;
  readonly #epoch: number;
  #alarms: Alarm[] = [];
  #turns: (() => void)[] = [];

  /** `epoch` is the wall time at the start, milliseconds since 1970. */
  constructor(epoch = Date.UTC(2026, 0, 1)) {
    this.#epoch = epoch;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#epoch + this.#now;
  }

  after(ms: number, fn: () => void): Timer {
    const alarm: Alarm = { due: this.#now + Math.max(ms, 0), fn };
    this.#alarms.push(alarm);
    return {
      cancel: () => {
        this.#alarms = this.#alarms.filter((other) => other !== alarm);
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

  /** Runs what waits for the next turn; what that adds waits for the turn after. */
  turn(): void {
    for (const fn of this.#turns.splice(0)) fn();
  }

  /** Moves the time on, one turn and one timer after the other. */
  advance(ms: number): void {
    const end = this.#now + ms;
    this.turn();
    for (let next = this.#nextBy(end); next !== undefined; next = this.#nextBy(end)) {
      const alarm = next;
      this.#alarms = this.#alarms.filter((other) => other !== alarm);
      this.#now = Math.max(this.#now, alarm.due);
      alarm.fn();
      this.turn();
    }
    this.#now = end;
  }

  /** Timers that were set and have not fired. */
  get waiting(): number {
    return this.#alarms.length;
  }

  #nextBy(end: number): Alarm | undefined {
    return this.#alarms
      .filter((alarm) => alarm.due <= end)
      .reduce<Alarm | undefined>((first, alarm) => (first && first.due <= alarm.due ? first : alarm), undefined);
  }
}
