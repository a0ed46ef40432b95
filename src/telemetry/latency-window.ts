import { Histogram } from '../primitives/histogram.ts';

/** Seconds that `quantile` looks back at the most; at the least half of it. */
const WINDOW_S = 60;
/** Points of the sparkline, one a second. */
export const HISTORY_POINTS = 60;

/** Recent latencies: quantiles over the last 30 to 60 seconds, and the p95 of each of the last 60 seconds. */
export class LatencyWindow {
  private current = new Histogram();
  private previous = new Histogram();
  private readonly second = new Histogram();
  private readonly points: number[] = new Array<number>(HISTORY_POINTS).fill(0);
  private age = 0;

  record(ms: number): void {
    this.current.record(ms);
    this.second.record(ms);
  }

  /** Milliseconds below which the share `q` of the recent records lies. */
  quantile(q: number): number {
    return Histogram.quantileOfAll([this.current, this.previous], q);
  }

  /** Milliseconds, oldest first. */
  get history(): readonly number[] {
    return this.points;
  }

  /** Once a second. */
  tick(): void {
    this.points.push(this.second.quantile(0.95));
    this.points.shift();
    this.second.reset();
    if (++this.age < WINDOW_S / 2) return;
    this.age = 0;
    [this.current, this.previous] = [this.previous, this.current];
    this.current.reset();
  }

  reset(): void {
    this.current.reset();
    this.previous.reset();
    this.second.reset();
    this.points.fill(0);
  }
}
