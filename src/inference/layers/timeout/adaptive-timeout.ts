import { RollingWindow } from '../../../primitives/rolling-window.ts';

/** Attempts that are looked back at. */
const WINDOW = 100;
/** With fewer there is no 95th percentile worth the name. */
const FEWEST = 20;
const FACTOR = 2;

/**
 * A time-out that follows the provider: twice the 95th percentile of its last 100 attempts, within bounds. Attempts that
 * were given up count with the time they had, so that the limit grows again when the provider becomes slower.
 */
export class AdaptiveTimeout {
  private readonly minMs: number;
  private readonly maxMs: number;
  private readonly recent: RollingWindow;
  private known: number | null = null;

  /**
   * @param maxMs the limit until enough is known, and the most it can become
   * @param earlier of the same provider within other bounds: what it knows goes on
   */
  constructor(minMs: number, maxMs: number, earlier?: AdaptiveTimeout | null) {
    this.minMs = minMs;
    this.maxMs = maxMs;
    this.recent = earlier?.recent ?? new RollingWindow(WINDOW);
  }

  record(ms: number): void {
    this.recent.record(ms);
    this.known = null;
  }

  /** Nearest-rank 95th percentile of the last 100, milliseconds; NaN without any. */
  get p95Ms(): number {
    return this.recent.quantile(0.95);
  }

  get limitMs(): number {
    if (this.recent.count < FEWEST) return this.maxMs;
    this.known ??= Math.min(Math.max(FACTOR * this.p95Ms, this.minMs), this.maxMs);
    return this.known;
  }
}
