/** The last so many values of a stream, and quantiles over them; the memory is fixed. */
export class RollingWindow {
  private readonly values: Float64Array;
  private next = 0;
  private recorded = 0;
  private sorted: Float64Array | null = null;

  constructor(capacity: number) {
    this.values = new Float64Array(capacity);
  }

  /** Values that it holds. */
  get count(): number {
    return Math.min(this.recorded, this.values.length);
  }

  record(value: number): void {
    this.values[this.next] = value;
    this.next = (this.next + 1) % this.values.length;
    this.recorded++;
    this.sorted = null;
  }

  /** Nearest-rank quantile, `q` from 0 to 1; NaN without values. */
  quantile(q: number): number {
    const { count } = this;
    if (count === 0) return Number.NaN;
    this.sorted ??= this.values.slice(0, count).sort();
    return this.sorted[Math.max(Math.ceil(q * count), 1) - 1]!;
  }
}
