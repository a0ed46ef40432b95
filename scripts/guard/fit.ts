import { evidenceIn, firstMatches } from '../../src/admission/guard/assess.ts';
import { CELL, CELLS } from '../../src/admission/guard/cells.ts';
import { KIND_BUCKETS, SHORTEST_WINDOW } from '../../src/admission/guard/model.ts';
import { BUCKETS } from '../../src/admission/guard/ngrams.ts';
import { THREATS } from '../../src/admission/guard/verdict.ts';
import { type Random, seededRandom } from '../../src/core/random.ts';
import type { Sample } from './samples.ts';

/** How the model is trained; found by cross-validation. */
export const SETTINGS = {
  seed: 7,
  /** Visits of each row. More of them fit the rows, not what they have in common. */
  epochs: 6,
  /** Step of AdaGrad (Duchi et al. 2011). */
  rate: 0.03,
  /** How much each visit shrinks a weight. */
  decay: 2e-5,
  /** How many ordinary rows count as much as this one: an attack, one without any cue, a benign row that looks like one. */
  attackWeight: 2,
  cuelessWeight: 0.3,
  hardWeight: 3,
  /**
   * How much a row counts by the size of its source, as a power of it, with a hundred rows as the measure: so that what few
   * large sources have in common does not drown what many small ones do.
   */
  balance: 0.5,
  /** The same for a stretch of the document that an attack stands in. */
  carrierWeight: 0.5,
} as const;

/** A model in floating point. */
export interface Fit {
  readonly weights: Float64Array;
  readonly bias: number;
}

/** A window of a sample: the first of its cells, and z. */
export interface Window {
  readonly from: number;
  readonly z: number;
}

const windowsOf = ({ cells }: Sample): number => Math.max(1, cells.length - CELLS + 1);
const normOf = ({ length }: Sample, from: number): number =>
  1 / Math.sqrt(Math.max(Math.min(length, (from + CELLS) * CELL) - from * CELL, SHORTEST_WINDOW));
const logistic = (z: number): number => 1 / (1 + Math.exp(-z));

/** The most suspicious window, as the guard finds it. */
export function topWindow(sample: Sample, { weights, bias }: Fit): Window {
  const sums = sample.cells.map((cell) => {
    let sum = 0;
    for (const bucket of cell) sum += weights[bucket]!;
    return sum;
  });
  const first = firstMatches(sample.matches, sample.cells.length);
  let best: Window = { from: 0, z: Number.NEGATIVE_INFINITY };
  for (let from = 0; from < windowsOf(sample); from++) {
    let sum = 0;
    for (let cell = from; cell < from + CELLS && cell < sums.length; cell++) sum += sums[cell]!;
    const z = sum * normOf(sample, from) + bias + evidenceIn(sample.matches, first, from);
    if (z > best.z) best = { from, z };
  }
  return best;
}

/**
 * Logistic regression by stochastic gradient descent. A text is as suspicious as its worst window, so only that one
 * learns (multiple-instance learning, Andrews et al. 2003). What the rules weigh is an offset: the model learns what
 * they do not say.
 */
export function train(samples: readonly Sample[]): Fit {
  const random = seededRandom(SETTINGS.seed);
  const learner = new Learner();
  const shareOf = sourceShares(samples);
  const order = samples.map((_, at) => at);
  for (let epoch = 0; epoch < SETTINGS.epochs; epoch++) {
    shuffle(order, random);
    for (const at of order) {
      const sample = samples[at]!;
      const long = sample.cells.length > 2 * CELLS;
      const cued = sample.matches.length > 0;
      // Before anything is known, the worst window of a long attack without a cue would be any.
      if (epoch < 2 && sample.attack && long && !cued) continue;
      const top = topWindow(sample, learner);
      if (sample.attack && long && cued) learnCarrier(learner, sample, top.from, random);
      learner.learn(sample, top, sample.attack ? 1 : 0, importanceOf(sample) * shareOf.get(sample.row.source)!, true);
    }
  }
  return learner;
}

function sourceShares(samples: readonly Sample[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { row } of samples) sizes.set(row.source, (sizes.get(row.source) ?? 0) + 1);
  return new Map(
    [...sizes].map(
      ([source, size]) => [source, Math.min(4, Math.max(0.25, (100 / size) ** SETTINGS.balance))] as const,
    ),
  );
}

function importanceOf({ attack, row, matches }: Sample): number {
  if (!attack) return row.hard ? SETTINGS.hardWeight : 1;
  return row.hard && matches.length === 0 ? SETTINGS.cuelessWeight : SETTINGS.attackWeight;
}

/** A stretch of the document around an attack is no attack: or else the Eiffel Tower would become one. */
function learnCarrier(learner: Learner, sample: Sample, top: number, random: Random): void {
  const from = Math.floor(random() * windowsOf(sample));
  if (Math.abs(from - top) <= CELLS) return;
  if (evidenceIn(sample.matches, firstMatches(sample.matches, sample.cells.length), from) > 0) return;
  learner.learn(sample, { from, z: learner.zOf(sample, from) }, 0, SETTINGS.carrierWeight, false);
}

class Learner implements Fit {
  readonly weights = new Float64Array(BUCKETS);
  bias = -2;
  private readonly squares = new Float64Array(BUCKETS).fill(1e-2);
  private biasSquares = 1;

  zOf(sample: Sample, from: number): number {
    let sum = 0;
    for (const cell of sample.cells.slice(from, from + CELLS)) {
      for (const bucket of cell) sum += this.weights[bucket]!;
    }
    return sum * normOf(sample, from) + this.bias;
  }

  learn(sample: Sample, { from, z }: Window, target: number, importance: number, withBias: boolean): void {
    const { weights } = this;
    const squares = this.squares;
    const error = (logistic(z) - target) * importance;
    if (withBias) {
      this.biasSquares += error * error;
      this.bias -= (SETTINGS.rate * error * 0.1) / Math.sqrt(this.biasSquares);
    }
    const gradient = error * normOf(sample, from);
    for (const cell of sample.cells.slice(from, from + CELLS)) {
      for (const bucket of cell) {
        squares[bucket]! += gradient * gradient;
        const step = (SETTINGS.rate * gradient) / Math.sqrt(squares[bucket]!);
        weights[bucket] = weights[bucket]! * (1 - SETTINGS.decay) - step;
      }
    }
  }
}

/** The model that tells the kinds of attacks apart: a softmax over the words of their worst windows. */
export interface KindFit {
  /** Row by row, one for each threat. */
  readonly weights: Float64Array;
  readonly bias: readonly number[];
}

export function fitKinds(samples: readonly Sample[], model: Fit): KindFit {
  const random = seededRandom(SETTINGS.seed);
  const attacks = samples.filter(({ threat }) => threat !== null);
  const windows = attacks.map((sample) => topWindow(sample, model).from);
  const weights = new Float64Array(THREATS.length * KIND_BUCKETS);
  const squares = new Float64Array(weights.length).fill(1e-2);
  const bias = new Float64Array(THREATS.length);
  const order = attacks.map((_, at) => at);
  for (let epoch = 0; epoch < SETTINGS.epochs; epoch++) {
    shuffle(order, random);
    for (const at of order) {
      const sample = attacks[at]!;
      const from = windows[at]!;
      const words = sample.wordCells.slice(from, from + CELLS).flatMap((cell) => [...cell]);
      const norm = normOf(sample, from);
      const shares = softmax(kindScores(words, norm, weights, bias));
      for (const [kind, threat] of THREATS.entries()) {
        const error = shares[kind]! - (sample.threat === threat ? 1 : 0);
        bias[kind]! -= 0.02 * error;
        const gradient = error * norm;
        for (const word of words) {
          const index = kind * KIND_BUCKETS + (word & (KIND_BUCKETS - 1));
          squares[index]! += gradient * gradient;
          weights[index]! -= (SETTINGS.rate * gradient) / Math.sqrt(squares[index]!);
        }
      }
    }
  }
  return { weights, bias: [...bias] };
}

function kindScores(words: readonly number[], norm: number, weights: Float64Array, bias: Float64Array): number[] {
  return THREATS.map((_, kind) => {
    let sum = 0;
    for (const word of words) sum += weights[kind * KIND_BUCKETS + (word & (KIND_BUCKETS - 1))]!;
    return sum * norm + bias[kind]!;
  });
}

function softmax(scores: readonly number[]): readonly number[] {
  const most = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - most));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function shuffle(order: number[], random: Random): void {
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
}
