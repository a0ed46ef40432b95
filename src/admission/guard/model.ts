import { readFileSync } from 'node:fs';
import { OrchestratorError } from '../../core/errors.ts';
import { BUCKETS, PER_POSITION } from './ngrams.ts';
import { THREATS } from './verdict.ts';

/** Weights of the model that tells the kinds of attacks apart: fewer, as it sees attacks only. */
export const KIND_BUCKETS = 1 << 13;
const MAGIC = 0x314d474f;
const HEADER_FLOATS = 5 + THREATS.length;

/** What `scripts/train-guard.ts` found out. The score of a window is a logistic of `slope · z + intercept`. */
export interface Calibration {
  readonly slope: number;
  readonly intercept: number;
  /** z of a window without anything in it. */
  readonly bias: number;
}

/** A logistic regression over hashed n-grams, in one byte a weight. */
export interface LinearModel {
  readonly calibration: Calibration;
  /** z of one unit of `weights`, before the length of the window is taken into account. */
  readonly scale: number;
  readonly weights: Int8Array;
  readonly kindScale: number;
  readonly kindBias: readonly number[];
  /** Row by row, one for each threat. */
  readonly kindWeights: Int8Array;
}

/** Windows are shorter than this only at the end of a text, and then count as that long, characters. */
export const SHORTEST_WINDOW = 32;

/**
 * Adds up the weights of the n-grams of stretches of text, each n-gram once a stretch: what is said over and over says
 * no more than what is said once.
 */
export class Scale {
  private readonly weights: Int8Array;
  /** For each bucket the stretch that it was last met in. */
  private readonly seen = new Uint8Array(BUCKETS);
  private stretch = 0;

  constructor(weights: Int8Array) {
    this.weights = weights;
  }

  /** The sum over the positions `from … to`. */
  weigh(buckets: Int32Array, from: number, to: number): number {
    const weights = this.weights;
    const seen = this.seen;
    if (this.stretch === 255) {
      this.stretch = 0;
      seen.fill(0);
    }
    const stretch = ++this.stretch;
    let sum = 0;
    for (let at = from * PER_POSITION; at < to * PER_POSITION; at++) {
      const bucket = buckets[at]!;
      if (bucket === 0 || seen[bucket] === stretch) continue;
      seen[bucket] = stretch;
      sum += weights[bucket]!;
    }
    return sum;
  }
}

/** For each threat the log-odds that an attack of these words is of its kind. */
export function weighKinds(model: LinearModel, buckets: Int32Array, from: number, to: number): readonly number[] {
  const norm = model.kindScale / Math.sqrt(Math.max(to - from, SHORTEST_WINDOW));
  return THREATS.map((_, kind) => {
    const row = kind * KIND_BUCKETS;
    let sum = 0;
    for (let at = from * PER_POSITION; at < to * PER_POSITION; at += PER_POSITION) {
      const word = buckets[at + 2]!;
      if (word === 0) continue;
      sum += model.kindWeights[row + (word & (KIND_BUCKETS - 1))]!;
      const pair = buckets[at + 3]!;
      if (pair !== 0) sum += model.kindWeights[row + (pair & (KIND_BUCKETS - 1))]!;
    }
    return sum * norm + model.kindBias[kind]!;
  });
}

/** The model as it is kept in a file: a header of floats, then the weights. Little-endian. */
export function encodeModel(model: LinearModel): Uint8Array {
  const { calibration, scale, kindScale, kindBias, weights, kindWeights } = model;
  const header = 4 + HEADER_FLOATS * 4;
  const bytes = new Uint8Array(header + BUCKETS + THREATS.length * KIND_BUCKETS);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  const floats = [scale, calibration.slope, calibration.intercept, calibration.bias, kindScale, ...kindBias];
  floats.forEach((float, at) => {
    view.setFloat32(4 + at * 4, float, true);
  });
  bytes.set(new Uint8Array(weights.buffer, weights.byteOffset, weights.length), header);
  bytes.set(new Uint8Array(kindWeights.buffer, kindWeights.byteOffset, kindWeights.length), header + BUCKETS);
  return bytes;
}

/** Throws `internal` for bytes that are no model of this version. */
function decodeModel(bytes: Uint8Array): LinearModel {
  const header = 4 + HEADER_FLOATS * 4;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length !== header + BUCKETS + THREATS.length * KIND_BUCKETS || view.getUint32(0, true) !== MAGIC) {
    throw new OrchestratorError('internal', "The guard's model (data/guard-model.bin) is not of this version.");
  }
  const [scale, slope, intercept, bias, kindScale, ...kindBias] = Array.from({ length: HEADER_FLOATS }, (_, at) =>
    view.getFloat32(4 + at * 4, true),
  ) as [number, number, number, number, number, ...number[]];
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    calibration: { slope, intercept, bias },
    scale,
    weights: signed.slice(header, header + BUCKETS),
    kindScale,
    kindBias,
    kindWeights: signed.slice(header + BUCKETS),
  };
}

/** The model that comes with the package. Throws `internal` when its file is not there or is another one's. */
export function loadModel(): LinearModel {
  // Beside the sources it lies three folders up, seen from dist/ four.
  for (const up of ['../../../data/guard-model.bin', '../../../../data/guard-model.bin']) {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(new URL(up, import.meta.url));
    } catch {
      continue;
    }
    return decodeModel(bytes);
  }
  throw new OrchestratorError('internal', "The guard's model (data/guard-model.bin) is missing from the package.");
}
