import { seededRandom } from '../../../src/core/random.ts';
import { BandIndex } from '../../../src/primitives/band-index.ts';
import { bitCount, type Fingerprint, SimHash } from '../../../src/primitives/simhash.ts';
import type { Results, Task } from './task.ts';

const NS_PER_MS = 1e6;
const THRESHOLD = 3;
const MASK = (1n << 64n) - 1n;
const BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;

const TEXT =
  'Summarise for a reader who has never heard of it what the five stages of such a pipeline do, in which order they run, what happens when one of them is slower than those before it, and say why, please, in two sentences ok';

/** The document's algorithm as it is written down: 64-bit integers and 64 counters. */
function bigIntSimHash(text: string): bigint {
  const words = text
    .toLowerCase()
    .replace(/[^\p{Alphabetic}\p{N}\s]/gu, '')
    .split(/\s+/)
    .filter((word) => word !== '');
  const counters = new Array<number>(64).fill(0);
  const add = (shingle: string, weight: number): void => {
    let hash = BASIS;
    for (let i = 0; i < shingle.length; i++) hash = ((hash ^ BigInt(shingle.charCodeAt(i))) * PRIME) & MASK;
    for (let bit = 0; bit < 64; bit++) counters[bit]! += (hash >> BigInt(bit)) & 1n ? weight : -weight;
  };
  for (const word of words) add(word, 1);
  for (let i = 0; i + 1 < words.length; i++) add(`${words[i]} ${words[i + 1]}`, 2);
  return counters.reduce((sum, count, bit) => (count > 0 ? sum | (1n << BigInt(bit)) : sum), 0n);
}

/** The fastest of some batches: nanoseconds a run of `deed`. */
function fastestNs(runs: number, deed: (i: number) => number): number {
  let fastest = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let batch = 0; batch < 10; batch++) {
    const startedAt = performance.now();
    for (let i = 0; i < runs; i++) sum += deed(i);
    fastest = Math.min(fastest, performance.now() - startedAt);
  }
  if (Number.isNaN(sum)) throw new Error('a fingerprint is no number');
  return (fastest * NS_PER_MS) / runs;
}

export function measureFingerprints(task: Extract<Task, { kind: 'fingerprints' }>): Results['fingerprints'] {
  const { entries, quick } = task;
  const simHash = new SimHash();
  const { high, low } = simHash.of(TEXT);
  const reference = bigIntSimHash(TEXT);
  if (BigInt.asUintN(64, (BigInt(high) << 32n) | BigInt(low >>> 0)) !== reference) {
    throw new Error('the two fingerprints differ');
  }
  const simHashNs = fastestNs(quick ? 1000 : 50_000, (i) => simHash.of(i % 2 === 0 ? TEXT : `${TEXT}s`).low);
  const bigIntNs = fastestNs(quick ? 10 : 200, (i) => Number(bigIntSimHash(i % 2 === 0 ? TEXT : `${TEXT}s`) & 1n));

  const random = seededRandom(19);
  const word = (): number => (random() * 2 ** 32) | 0;
  const highs = Int32Array.from({ length: entries }, word);
  const lows = Int32Array.from({ length: entries }, word);
  const index = new BandIndex(entries);
  for (let slot = 0; slot < entries; slot++) index.add(slot, { high: highs[slot]!, low: lows[slot]! });
  const asked: readonly Fingerprint[] = Array.from({ length: 1024 }, () => ({ high: word(), low: word() }));
  const linear = ({ high: h, low: l }: Fingerprint): number => {
    for (let slot = 0; slot < entries; slot++) {
      if (bitCount(h ^ highs[slot]!) + bitCount(l ^ lows[slot]!) <= THRESHOLD) return slot;
    }
    return -1;
  };
  const yes = (): boolean => true;
  const bands = (one: Fingerprint): number => index.find(one, THRESHOLD, yes);
  for (const one of asked) if (linear(one) >= 0 !== bands(one) >= 0) throw new Error('the index finds something else');
  const bandsNs = fastestNs(quick ? 1000 : 500_000, (i) => bands(asked[i & 1023]!));
  const linearNs = fastestNs(quick ? 10 : 500, (i) => linear(asked[i & 1023]!));
  return { simHashNs, bigIntNs, bandsNs, linearNs };
}
