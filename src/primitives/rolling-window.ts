/** The last so many values of a stream, and quantiles over them; the memory is fixed. */
export class RollingWindow {
  private readonly values: Float64Array;
  private next = 0;
  private recorded = 0;
  /** The values in order, as many as there are; null until somebody asks. */
  private sorted: Float64Array | null = null;
  /** Somebody has asked since the last value came. */
  private asked = false;

  constructor(capacity: number) {
    this.values = new Float64Array(capacity);
  }

  /** Values that it holds. */
  get count(): number {
    return Math.min(this.recorded, this.values.length);
  }

  record(value: number): void {
    const { count, sorted } = this;
    const gone = this.values[this.next]!;
    this.values[this.next] = value;
    this.next = (this.next + 1) % this.values.length;
    this.recorded++;
    // Where somebody asks after each value the order is kept up; where hardly anybody does, made when it is asked for.
    if (sorted === null) return;
    if (!this.asked) this.sorted = null;
    else if (count < sorted.length) insert(sorted, count, value);
    else replace(sorted, gone, value);
    this.asked = false;
  }

  /** Nearest-rank quantile, `q` from 0 to 1; NaN without values. */
  quantile(q: number): number {
    const { count } = this;
    if (count === 0) return Number.NaN;
    this.asked = true;
    if (this.sorted === null) {
      this.sorted = this.values.slice();
      this.sorted.subarray(0, count).sort();
    }
    return this.sorted[Math.max(Math.ceil(q * count), 1) - 1]!;
  }
}

/** Puts a value among the first `count`, which are in order. */
function insert(sorted: Float64Array, count: number, value: number): void {
  let at = count;
  for (; at > 0 && sorted[at - 1]! > value; at--) sorted[at] = sorted[at - 1]!;
  sorted[at] = value;
}

/** Puts a value in the place of another, and then where it belongs. */
function replace(sorted: Float64Array, gone: number, value: number): void {
  let at = Math.max(sorted.indexOf(gone), 0);
  for (; at > 0 && sorted[at - 1]! > value; at--) sorted[at] = sorted[at - 1]!;
  for (; at < sorted.length - 1 && sorted[at + 1]! < value; at++) sorted[at] = sorted[at + 1]!;
  sorted[at] = value;
}
