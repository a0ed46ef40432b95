import { Bits } from './bits.ts';
import { bitCount, type Fingerprint } from './simhash.ts';

const BANDS = 4;
const BUCKETS = 1 << 16;
/** The most bits at which four bands with one flipped bit each still find everything: one band of four differs in one at most. */
export const MOST_BITS = 7;

/**
 * Finds 64-bit fingerprints near another. Each is filed under its four 16-bit bands; two that differ in at most three
 * bits share a band, two that differ in at most seven share one but for a single bit, which is tried at all sixteen places
 * (pigeonhole principle; Manku, Jain, Das Sarma 2007). Slots are numbers below `capacity` that the caller hands out.
 */
export class BandIndex {
  private readonly high: Int32Array;
  private readonly low: Int32Array;
  /** First slot + 1 of each bucket, band after band: one mebibyte. Most have none, and say nothing then. */
  private readonly heads = new Int32Array(BANDS * BUCKETS);
  private readonly taken = new Bits(BANDS * BUCKETS);
  /** Chains through a bucket, four links a slot; a link is slot + 1. */
  private readonly next: Int32Array;
  private readonly previous: Int32Array;

  constructor(capacity: number) {
    this.high = new Int32Array(capacity);
    this.low = new Int32Array(capacity);
    this.next = new Int32Array(capacity * BANDS);
    this.previous = new Int32Array(capacity * BANDS);
  }

  add(slot: number, { high, low }: Fingerprint): void {
    this.high[slot] = high;
    this.low[slot] = low;
    for (let band = 0; band < BANDS; band++) {
      const bucket = bucketOf(band, high, low);
      const head = this.taken.has(bucket) ? this.heads[bucket]! : 0;
      this.next[slot * BANDS + band] = head;
      this.previous[slot * BANDS + band] = 0;
      if (head !== 0) this.previous[(head - 1) * BANDS + band] = slot + 1;
      this.heads[bucket] = slot + 1;
      this.taken.add(bucket);
    }
  }

  /** Takes out a slot that was added. */
  delete(slot: number): void {
    for (let band = 0; band < BANDS; band++) {
      const link = slot * BANDS + band;
      const next = this.next[link]!;
      const previous = this.previous[link]!;
      if (next !== 0) this.previous[(next - 1) * BANDS + band] = previous;
      if (previous !== 0) this.next[(previous - 1) * BANDS + band] = next;
      else this.begin(bucketOf(band, this.high[slot]!, this.low[slot]!), next);
    }
  }

  private begin(bucket: number, link: number): void {
    this.heads[bucket] = link;
    if (link === 0) this.taken.delete(bucket);
  }

  at(slot: number): Fingerprint {
    return { high: this.high[slot]!, low: this.low[slot]! };
  }

  /**
   * Calls `accept` with every slot at most `bits` (0…7) away until it returns true, and returns that slot; -1 when none was
   * accepted. A slot that shares several bands is offered more than once.
   */
  find(fingerprint: Fingerprint, bits: number, accept: (slot: number) => boolean): number {
    for (let band = 0; band < BANDS; band++) {
      const bucket = bucketOf(band, fingerprint.high, fingerprint.low);
      let found = this.inBucket(bucket, band, fingerprint, bits, accept);
      if (found >= 0) return found;
      if (bits < BANDS) continue;
      for (let bit = 0; bit < 16; bit++) {
        found = this.inBucket(bucket ^ (1 << bit), band, fingerprint, bits, accept);
        if (found >= 0) return found;
      }
    }
    return -1;
  }

  private inBucket(
    bucket: number,
    band: number,
    { high, low }: Fingerprint,
    bits: number,
    accept: (slot: number) => boolean,
  ): number {
    if (!this.taken.has(bucket)) return -1;
    for (let link = this.heads[bucket]!; link !== 0; link = this.next[(link - 1) * BANDS + band]!) {
      const slot = link - 1;
      if (bitCount(high ^ this.high[slot]!) + bitCount(low ^ this.low[slot]!) > bits) continue;
      if (accept(slot)) return slot;
    }
    return -1;
  }
}

function bucketOf(band: number, high: number, low: number): number {
  const half = band < 2 ? low : high;
  return band * BUCKETS + ((band & 1) === 0 ? half & 0xffff : half >>> 16);
}
