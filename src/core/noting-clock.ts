import type { Clock, Timer } from './clock.ts';

/**
 * A clock that remembers what it said last: who needs the time right after somebody else has looked need not look again.
 * A look takes as long as everything else that a layer does for a request.
 */
export class NotingClock implements Clock {
  /** Grows with every look. */
  looks = 0;
  /** What `now` said at the latest look; older than now by whatever has happened since. */
  seenAt = 0;
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  now(): number {
    this.looks++;
    this.seenAt = this.clock.now();
    return this.seenAt;
  }

  wall(): number {
    return this.clock.wall();
  }

  after(ms: number, fn: () => void, background?: boolean): Timer {
    return this.clock.after(ms, fn, background);
  }

  nextTurn(fn: () => void): void {
    this.clock.nextTurn(fn);
  }
}
