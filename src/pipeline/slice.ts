import type { Clock } from '../core/clock.ts';

/** The clock is read once in so many jobs at the most. */
export const WIDEST = 64;
/**
 * One in so many ticks is a sample. Timing a request stage by stage reads the clock eight times: of one request in 64 it
 * would be an eighth of what the engine costs, and all that its 99th percentile shows.
 */
const TICKS_A_SAMPLE = 8;
/** And no two within so many milliseconds: a sample takes two microseconds, in which a hundred light requests could go by. */
const BETWEEN_SAMPLES_MS = 1;

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
  private readonly onOver: () => void;
  private readonly onTurn: (wasOver: boolean) => void;
  /** Jobs between two looks at the clock. */
  jobs = WIDEST;
  private running = false;
  private startedAt = 0;
  private tickedAt = 0;
  private ticks = 0;
  private sampledAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, lengthMs: number, onOver: () => void, onTurn: (wasOver: boolean) => void) {
    this.clock = clock;
    this.lengthMs = lengthMs;
    this.onOver = onOver;
    this.onTurn = onTurn;
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
        const wasOver = this.over;
        this.running = false;
        this.over = false;
        this.onTurn(wasOver);
      });
    } else if (!this.over) {
      // Jobs that are only queued, once the slice is over, say nothing about how heavy they are.
      const elapsed = now - before;
      // Down in one go: 64 jobs of 5 ms have held up the loop long enough. Up step by step.
      for (let took = elapsed; took > this.lengthMs / 2 && this.jobs > 1; took /= 2) this.jobs >>= 1;
      if (elapsed < this.lengthMs / 8 && this.jobs < WIDEST) this.jobs *= 2;
      this.over = now - this.startedAt >= this.lengthMs;
      if (this.over) this.onOver();
    }
    if (++this.ticks < TICKS_A_SAMPLE || now - this.sampledAt < BETWEEN_SAMPLES_MS) return false;
    this.ticks = 0;
    this.sampledAt = now;
    return true;
  }
}
