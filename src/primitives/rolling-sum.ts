/**
 * A sum over the last `windowMs` milliseconds, kept in 60 slots. A slot counts until all of it has left the window, so
 * the sum is never too small, and too large by what is at most a sixtieth of the window older. Times are monotonic.
 */
export class RollingSum {
  readonly windowMs: number;
  private readonly slotMs: number;
  private readonly slots = new Float64Array(SLOTS + 1);
  /** Number of the newest slot since time 0. */
  private newest = 0;
  /** When it ends. */
  private until: number;
  private sum = 0;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
    this.slotMs = windowMs / SLOTS;
    this.until = this.slotMs;
  }

  add(now: number, amount: number): void {
    this.advance(now);
    this.slots[this.newest % this.slots.length]! += amount;
    this.sum += amount;
  }

  total(now: number): number {
    this.advance(now);
    return this.sum;
  }

  /** Milliseconds until at most `amount` is left if nothing is added; 0 when it is so now. */
  waitMs(now: number, amount: number): number {
    this.advance(now);
    let left = this.sum;
    for (let slot = this.newest - SLOTS; left > amount && slot <= this.newest; slot++) {
      left -= slot < 0 ? 0 : this.slots[slot % this.slots.length]!;
      if (left <= amount) return (slot + 1) * this.slotMs + this.windowMs - now;
    }
    return 0;
  }

  private advance(now: number): void {
    if (now < this.until) return;
    const current = Math.floor(now / this.slotMs);
    const passed = Math.min(current - this.newest, this.slots.length);
    for (let step = 1; step <= passed; step++) {
      const at = (this.newest + step) % this.slots.length;
      this.sum -= this.slots[at]!;
      this.slots[at] = 0;
    }
    if (passed > 0) this.newest = current;
    this.until = (this.newest + 1) * this.slotMs;
    // Whole numbers stay exact; what fractions leave behind must not grow.
    if (passed === this.slots.length) this.sum = 0;
  }
}

const SLOTS = 60;
