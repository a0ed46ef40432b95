import { BandIndex } from '../../primitives/band-index.ts';
import { Bits } from '../../primitives/bits.ts';
import { type Fingerprint, hammingDistance } from '../../primitives/simhash.ts';

/** Digests that are told apart; a power of two. */
const ABOUTS = 1 << 17;

/**
 * Known texts by what they are about and by their fingerprints. Most are about something that no other one is about: those
 * are only noted, and filed in the index once a second one comes. Two bits say of each digest what there is to know of most: to
 * wait for a place in a large table takes longer than all the rest.
 */
export class Neighbours {
  private readonly index: BandIndex;
  /** Digests, by their lowest bits, that some text is about, and those that several were, which are in the index. */
  private readonly taken = new Bits(ABOUTS);
  private readonly shared = new Bits(ABOUTS);
  /** The slot of the only one; of several, how many. */
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
    this.abouts[slot] = at;
    this.highs[slot] = fingerprint.high;
    this.lows[slot] = fingerprint.low;
    if (this.taken.has(at)) this.join(slot, at, fingerprint);
    else {
      this.taken.add(at);
      this.places[at] = slot;
    }
  }

  /** Takes out a slot that was added. */
  delete(slot: number): void {
    const at = this.abouts[slot]!;
    if (this.shared.has(at)) this.leave(slot, at);
    else this.taken.delete(at);
  }

  /**
   * Calls `accept` with slots about the same whose fingerprints are at most `bits` away until it returns true, and returns
   * that slot; -1 when none was accepted.
   */
  find(about: number, fingerprint: Fingerprint, bits: number, accept: (slot: number) => boolean): number {
    const at = about & (ABOUTS - 1);
    if (this.shared.has(at)) return this.index.find(fingerprint, bits, accept);
    if (!this.taken.has(at)) return -1;
    const only = this.places[at]!;
    return hammingDistance(fingerprint, this.at(only)) <= bits && accept(only) ? only : -1;
  }

  /** Whether there is any about this; quicker than to look for one in vain. */
  has(about: number): boolean {
    return this.taken.has(about & (ABOUTS - 1));
  }

  private join(slot: number, at: number, fingerprint: Fingerprint): void {
    this.index.add(slot, fingerprint);
    if (this.shared.has(at)) {
      this.places[at]!++;
      return;
    }
    const only = this.places[at]!;
    this.index.add(only, this.at(only));
    this.shared.add(at);
    this.places[at] = 2;
  }

  private leave(slot: number, at: number): void {
    this.index.delete(slot);
    this.places[at]!--;
    if (this.places[at]! > 0) return;
    this.shared.delete(at);
    this.taken.delete(at);
  }

  private at(slot: number): Fingerprint {
    return { high: this.highs[slot]!, low: this.lows[slot]! };
  }
}
