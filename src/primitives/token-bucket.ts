/**
 * A token bucket: holds up to `capacity` tokens and gains `refillPerS` a second. Times are monotonic milliseconds, never
 * older than the one before; it has no timer and costs the same at every rate.
 */
export class TokenBucket {
  readonly capacity: number;
  readonly refillPerS: number;
  /** The number of the latest reservation. */
  turn = 0;
  private tokens: number;
  private at: number;

  /** It begins full. A capacity of 0 never gives anything. */
  constructor(capacity: number, refillPerS: number, now: number) {
    this.capacity = capacity;
    this.refillPerS = refillPerS;
    this.tokens = capacity;
    this.at = now;
  }

  /** Tokens that are there; negative while some are promised. */
  level(now: number): number {
    const elapsed = Math.max(now - this.at, 0);
    return Math.min(this.tokens + (elapsed * this.refillPerS) / 1000, this.capacity);
  }

  /** Takes `count` tokens if they are there. */
  take(now: number, count = 1): boolean {
    const level = this.level(now);
    if (count > this.capacity || count - level > ROUNDING) return false;
    this.leave(now, level - count);
    return true;
  }

  /** Milliseconds until `count` tokens are there if nobody takes any; infinite when they never will be. */
  waitMs(now: number, count = 1): number {
    return this.waitFor(count, this.level(now));
  }

  private waitFor(count: number, level: number): number {
    if (count > this.capacity) return Number.POSITIVE_INFINITY;
    const missing = count - level;
    if (missing <= ROUNDING) return 0;
    return this.refillPerS > 0 ? (missing * 1000) / this.refillPerS : Number.POSITIVE_INFINITY;
  }

  /**
   * Takes `count` tokens now or promises those that come next: returns the milliseconds to wait for them, so that whoever
   * asks first is served first. Null, and nothing is taken, when that would be longer than `longestMs`.
   */
  reserve(now: number, longestMs: number, count = 1): number | null {
    const level = this.level(now);
    const wait = this.waitFor(count, level);
    if (wait > longestMs) return null;
    this.leave(now, level - count);
    return wait;
  }

  private leave(now: number, tokens: number): void {
    this.tokens = tokens;
    this.at = Math.max(now, this.at);
    this.turn++;
  }

  /**
   * Puts back a token that was promised and not used. It is lost when others were promised theirs since: their times
   * stand, and whoever comes next would be given the time of one of them again.
   */
  giveBack(turn: number): void {
    if (turn !== this.turn) return;
    this.turn--;
    this.tokens = Math.min(this.tokens + 1, this.capacity);
  }
}

/** What adding up many small refills may be off by, tokens. */
const ROUNDING = 1e-9;
