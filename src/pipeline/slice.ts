import type { Clock } from '../core/clock.ts';

/** The clock is read once in so many jobs at the most. */
const WIDEST = 64;
/**
 * One in so many ticks is a sample. Timing a request stage by stage reads the clock eight times: of one request in 64 it
 * would be an eighth of what the engine costs, and all that its 99th percentile shows.
 */
const TICKS_A_SAMPLE = 8;

/**
 * Keeps synchronous work in slices, so that timers and sockets live under a flood: the first tick of a loop turn starts
 * a slice and asks for the next turn; once the slice is used up `over` is set until the loop has turned.
 * Ticks come every 64 jobs, and more often when jobs are heavy.
 */
export class Slice {
  /** No more synchronous work in this turn. */
  over = false;
  /** What the clock said at the latest look at it. */
  seenAt = 0;
  private readonly clock: Clock;
  private readonly lengthMs: number;
  private readonly onTurn: () => void;
  private sequence = 0;
  private mask = WIDEST - 1;
  private running = false;
  private startedAt = 0;
  private tickedAt = 0;
  private ticks = 0;

  constructor(clock: Clock, lengthMs: number, onTurn: () => void) {
    this.clock = clock;
    this.lengthMs = lengthMs;
    this.onTurn = onTurn;
  }

  /** Counts a job; true when it is time for a tick. */
  due(): boolean {
    return (++this.sequence & this.mask) === 0;
  }

  /** Looks at the clock, and takes note of what it says. */
  look(): number {
    this.seenAt = this.clock.now();
    return this.seenAt;
  }

  /** A look at which the slice may be over; true when the job that is due is to be timed stage by stage. */
  tick(): boolean {
    const before = this.tickedAt;
    const now = this.look();
    this.tickedAt = now;
    if (!this.running) {
      this.running = true;
      this.startedAt = now;
      this.clock.nextTurn(() => {
        this.running = false;
        this.over = false;
        this.onTurn();
      });
    } else if (!this.over) {
      // Jobs that are only queued, once the slice is over, say nothing about how heavy they are.
      const elapsed = now - before;
      // Down in one go: 64 jobs of 5 ms have held up the loop long enough. Up step by step.
      for (let took = elapsed; took > this.lengthMs / 2 && this.mask > 0; took /= 2) this.mask >>= 1;
      if (elapsed < this.lengthMs / 8 && this.mask < WIDEST - 1) this.mask = this.mask * 2 + 1;
      this.over = now - this.startedAt >= this.lengthMs;
    }
    this.ticks = (this.ticks + 1) % TICKS_A_SAMPLE;
    return this.ticks === 0;
  }
}
