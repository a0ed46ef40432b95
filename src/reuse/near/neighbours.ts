import { BandIndex } from '../../primitives/band-index.ts';
import { type Fingerprint, hammingDistance } from '../../primitives/simhash.ts';

/** Digests that are told apart; a power of two. */
const ABOUTS = 1 << 16;

/**
 * Known texts by what they are about and by their fingerprints. Most are about something that no other one is about: those
 * are only noted, and filed in the index, which is much larger than the nearest cache, once a second one comes.
 */
export class Neighbours {
  private readonly index: BandIndex;
  /** By the lowest bits of a digest: the slot of the only one, plus one; of several, that are in the index, how many, below zero. */
  private readonly places = new Int32Array(ABOUTS);
  /** By slot. */
  private readonly abouts: Int32Array;
  private readonly highs: Int32Array;
  private readonly lows: Int32Array;

  /** @param capacity slots, numbered from 0, that the caller hands out */
  constructor(capacity: number) {
    this.index = new BandIndex(capacity);
    this.abouts = new Int32Array(capacity);
    this.highs = new Int32Array(capacity);
    this.lows = new Int32Array(capacity);
  }

  add(slot: number, about: number, fingerprint: Fingerprint): void {
    const at = about & (ABOUTS - 1);
    const place = this.places[at]!;
    this.abouts[slot] = at;
    this.highs[slot] = fingerprint.high;
    this.lows[slot] = fingerprint.low;
    if (place === 0) {
      this.places[at] = slot + 1;
      return;
    }
    if (place > 0) this.index.add(place - 1, this.at(place - 1));
    this.index.add(slot, fingerprint);
    this.places[at] = place > 0 ? -2 : place - 1;
  }

  /** Takes out a slot that was added. */
  delete(slot: number): void {
    const at = this.abouts[slot]!;
    const place = this.places[at]!;
    if (place < 0) this.index.delete(slot);
    this.places[at] = place < 0 ? place + 1 : 0;
  }

  /**
   * Calls `accept` with slots about the same whose fingerprints are at most `bits` away until it returns true, and returns
   * that slot; -1 when none was accepted.
   */
  find(about: number, fingerprint: Fingerprint, bits: number, accept: (slot: number) => boolean): number {
    const place = this.places[about & (ABOUTS - 1)]!;
    if (place < 0) return this.index.find(fingerprint, bits, accept);
    const only = place - 1;
    return only >= 0 && hammingDistance(fingerprint, this.at(only)) <= bits && accept(only) ? only : -1;
  }

  /** Whether there is any about this; quicker than to look for one in vain. */
  has(about: number): boolean {
    return this.places[about & (ABOUTS - 1)] !== 0;
  }

  private at(slot: number): Fingerprint {
    return { high: this.highs[slot]!, low: this.lows[slot]! };
  }
}
