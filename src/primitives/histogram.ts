/** Sub-buckets a power of two: half of one is 1/128, so that the relative error stays below 0.8 %. */
const SUB_BITS = 6;
const SUB = 1 << SUB_BITS;
/** Enough for every positive 31-bit number of units. */
const BUCKETS = (31 - SUB_BITS + 1) * SUB;
/** Units in one: milliseconds in, microsecond resolution, up to 35 minutes; longer ones count as the longest. */
const UNITS = 1000;
const LONGEST = 2 ** 31 - 1;
/** Milliseconds, the middle of the first bucket: what was recorded can be told from nothing, however short it was. */
const SHORTEST = 0.25 / UNITS;

/**
 * A log-linear histogram of milliseconds (the layout of HdrHistogram): one increment a record, 7 KB. A quantile is off
 * by less than 0.8 %, or by half a microsecond where that is more (below 64 of them).
 */
export class Histogram {
  private readonly counts = new Uint32Array(BUCKETS);
  private recorded = 0;
  private largest = 0;

  get count(): number {
    return this.recorded;
  }

  record(value: number): void {
    this.counts[bucketOf(Math.min(Math.max(Math.round(value * UNITS), 0), LONGEST))]!++;
    this.recorded++;
    if (value > this.largest) this.largest = value;
  }

  /** The value below which the share `q` (0…1) of the records lies; 0 when empty. */
  quantile(q: number): number {
    return Histogram.quantileOfAll([this], q);
  }

  reset(): void {
    if (this.recorded === 0) return;
    this.counts.fill(0);
    this.recorded = 0;
    this.largest = 0;
  }

  /** The quantile of several histograms taken together; 0 when all are empty. */
  static quantileOfAll(all: readonly Histogram[], q: number): number {
    let total = 0;
    let largest = 0;
    for (const one of all) {
      total += one.recorded;
      largest = Math.max(largest, one.largest);
    }
    if (total === 0) return 0;
    const rank = Math.max(1, Math.ceil(q * total));
    let seen = 0;
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      for (const one of all) seen += one.counts[bucket]!;
      if (seen >= rank) return bucket === 0 ? SHORTEST : Math.min(middleOf(bucket), largest);
    }
    return largest;
  }
}

function bucketOf(units: number): number {
  if (units < SUB) return units;
  const exponent = 31 - Math.clz32(units) - SUB_BITS;
  return (exponent + 1) * SUB + (units >>> exponent) - SUB;
}

/** The middle of a bucket, in milliseconds. Values were rounded: a bucket begins half a unit below its first number. */
function middleOf(bucket: number): number {
  if (bucket < SUB) return bucket / UNITS;
  const exponent = Math.floor(bucket / SUB) - 1;
  return (((bucket % SUB) + SUB + 0.5) * 2 ** exponent - 0.5) / UNITS;
}
