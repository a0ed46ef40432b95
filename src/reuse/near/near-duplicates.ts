import type { Clock } from '../../core/clock.ts';
import { type Fingerprint, hammingDistance, SimHash } from '../../primitives/simhash.ts';
import { type Veto, vetoOf } from './judge.ts';
import { KnownTexts } from './known-texts.ts';
import { Neighbours } from './neighbours.ts';
import { Skeleton } from './skeleton.ts';
import { type Wording, wordingOf } from './wording.ts';

export interface NearDuplicatesOptions {
  /** Bits in which fingerprints may differ, 0…7: the more, the more filler words (`the`, `just`, `really`) may. Default 3. */
  readonly similarityThreshold?: number;
  /** Milliseconds a text stays known. Default 300,000. */
  readonly windowMs?: number;
  /** Texts that are known at once; the oldest goes first. Default 10,000. */
  readonly maxEntries?: number;
}

/** What comes of comparing two texts. */
export interface Comparison {
  /** Whether an answer to one is an answer to the other. */
  readonly same: boolean;
  /** Hamming distance of the two SimHash fingerprints as they are, 0…64. */
  readonly distance: number;
  /** What stands against it, whatever the distance; null when nothing does. */
  readonly veto: Veto | null;
}

/** A known text that asks the same. */
export interface NearMatch<Value> {
  readonly value: Value;
  readonly text: string;
}

/** So many candidates are compared word by word; texts made from one template can be many. */
const MOST_COMPARED = 16;

/**
 * Finds texts that ask what an earlier one asked: a fingerprint that typing errors, case, punctuation and politeness don't
 * touch finds candidates, a comparison word by word decides. Texts are only ever compared within one scope: the rest of
 * what shapes the answer.
 */
export class NearDuplicates<Value = string> {
  private readonly bits: number;
  private readonly windowMs: number;
  private readonly clock: Pick<Clock, 'now'>;
  private readonly neighbours: Neighbours;
  private readonly known: KnownTexts<Value>;
  private readonly expiresAt: Float64Array;
  private readonly skeleton = new Skeleton();
  private readonly simHash = new SimHash();
  private readonly capacity: number;
  private oldest = 0;
  private count = 0;
  /** What was fingerprinted last: who has found nothing adds the text. */
  private latestText: string | null = null;
  private latestScope = '';
  private latest: Fingerprint = { high: 0, low: 0 };
  private latestAbout = 0;

  constructor(options: NearDuplicatesOptions, clock: Pick<Clock, 'now'>) {
    this.bits = options.similarityThreshold ?? 3;
    this.windowMs = options.windowMs ?? 300_000;
    this.clock = clock;
    this.capacity = options.maxEntries ?? 10_000;
    this.neighbours = new Neighbours(this.capacity);
    this.known = new KnownTexts(this.capacity);
    this.expiresAt = new Float64Array(this.capacity);
  }

  /** Texts that are known, expired ones included until their place is needed. */
  get size(): number {
    return this.count;
  }

  /** The known text that asks the same, if `usable` takes its value; null when there is none. */
  find(text: string, scope = '', usable: (value: Value) => boolean = () => true): NearMatch<Value> | null {
    if (this.count === 0) return null;
    const fingerprint = this.fingerprint(text, scope);
    return this.neighbours.has(this.latestAbout) ? this.search(fingerprint, text, scope, usable) : null;
  }

  /** Makes a text known from `now` on, monotonic milliseconds. */
  add(text: string, value: Value, scope = '', now = this.clock.now()): void {
    const slot = this.oldest;
    this.oldest = slot + 1 === this.capacity ? 0 : slot + 1;
    if (this.count < this.capacity) this.count++;
    else this.neighbours.delete(slot);
    const fingerprint = this.fingerprint(text, scope);
    this.neighbours.add(slot, this.latestAbout, fingerprint);
    this.known.put(slot, this.skeleton.tokens.encoded(text), text, value, scope);
    this.expiresAt[slot] = now + this.windowMs;
    // Two long texts that begin alike take long to be told apart.
    this.latestText = null;
  }

  /** Compares two texts as `find` does. */
  compare(a: string, b: string): Comparison {
    const distance = this.distance(a, b);
    if (a === b) return { same: true, distance, veto: null };
    const veto = vetoOf(this.wording(a), this.wording(b));
    const near = hammingDistance(this.skeletonOf(a), this.skeletonOf(b)) <= this.bits;
    return { same: veto === null && near, distance, veto };
  }

  /** Hamming distance of the SimHash fingerprints of two texts, 0…64. */
  distance(a: string, b: string): number {
    return hammingDistance(this.simHash.of(a), this.simHash.of(b));
  }

  /** Forgets everything. */
  clear(): void {
    for (let slot = 0; slot < this.count; slot++) this.neighbours.delete(slot);
    this.known.clear();
    this.count = 0;
    this.oldest = 0;
  }

  private search(
    fingerprint: Fingerprint,
    text: string,
    scope: string,
    usable: (value: Value) => boolean,
  ): NearMatch<Value> | null {
    let wording: Wording | null = null;
    let compared = 0;
    let found: NearMatch<Value> | null = null;
    let now = Number.NaN;
    this.neighbours.find(this.latestAbout, fingerprint, this.bits, (candidate) => {
      if (compared >= MOST_COMPARED) return true;
      if (this.known.scope(candidate) !== scope) return false;
      if (Number.isNaN(now)) now = this.clock.now();
      if (this.expiresAt[candidate]! <= now) return false;
      const entry = this.known.at(candidate);
      if (!usable(entry.value)) return false;
      compared++;
      wording ??= this.wording(text);
      if (entry.text === text || vetoOf(wording, this.wording(entry.text)) === null) found = entry;
      return found !== null;
    });
    return found;
  }

  private wording(text: string): Wording {
    return wordingOf(text, this.skeleton.tokens);
  }

  private skeletonOf(text: string): Fingerprint {
    return this.skeleton.of(text);
  }

  /** Scope and content move all fingerprints of their texts alike: distances among those stay, others are elsewhere. */
  private fingerprint(text: string, scope: string): Fingerprint {
    if (text === this.latestText && scope === this.latestScope) return this.latest;
    const { high, low } = this.skeletonOf(text);
    const moved = scopeHash(scope) ^ this.skeleton.content;
    this.latestText = text;
    this.latestScope = scope;
    this.latestAbout = moved;
    this.latest = { high: high ^ moved, low: low ^ Math.imul(moved, 0x9e3779b1) };
    return this.latest;
  }
}

/** FNV-1a over the code units. */
function scopeHash(scope: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < scope.length; at++) hash = Math.imul(hash ^ scope.charCodeAt(at), 0x01000193);
  return hash;
}
