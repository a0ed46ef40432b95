import type { Clock, Timer } from './clock.ts';

/**
 * A clock that remembers what it said last. A look takes as long as everything else that a layer does for a request; whoever
 * can do with a time that is right within a slice of the pipeline asks for that.
 */
export class NotingClock implements Clock {
  private readonly clock: Clock;
  /** What `now` said at the latest look. */
  private seenAt = 0;
  /** Those who wait for the next turn of the loop: while there are any, it is known that this one goes on. */
  private waiting = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** One that says what `clock` says: the same, if it takes notes already. */
  static of(clock: Clock): NotingClock {
    return clock instanceof NotingClock ? clock : new NotingClock(clock);
  }

  now(): number {
    this.seenAt = this.clock.now();
    return this.seenAt;
  }

  /**
   * The time of a look in this turn of the loop. Under a flood the pipeline looks every few dozen requests, and asks for the
   * next turn then: its notes are as old as a slice at the most. Otherwise this is a look of its own.
   */
  recent(): number {
    return this.waiting > 0 ? this.seenAt : this.now();
  }

  wall(): number {
    return this.clock.wall();
  }

  after(ms: number, fn: () => void, background?: boolean): Timer {
    return this.clock.after(ms, fn, background);
  }

  nextTurn(fn: () => void): void {
    this.now();
    this.waiting++;
    this.clock.nextTurn(() => {
      this.waiting--;
      fn();
    });
  }
}
