import type { Clock, Timer } from '../../src/core/clock.ts';
import type { ManualClock } from '../support/manual-clock.ts';

/** A clock that knows how many timers were set through it and have neither fired nor been cancelled. */
export class CountingClock implements Clock {
  waiting = 0;
  private readonly clock: ManualClock;

  constructor(clock: ManualClock) {
    this.clock = clock;
  }

  now(): number {
    return this.clock.now();
  }

  wall(): number {
    return this.clock.wall();
  }

  after(ms: number, fn: () => void): Timer {
    let open = true;
    const close = (): void => {
      if (open) this.waiting--;
      open = false;
    };
    this.waiting++;
    const timer = this.clock.after(ms, () => {
      close();
      fn();
    });
    return {
      cancel() {
        close();
        timer.cancel();
      },
    };
  }

  nextTurn(fn: () => void): void {
    this.clock.nextTurn(fn);
  }
}
