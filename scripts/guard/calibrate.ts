import { topWindow, train as trainOn } from './fit.ts';
import type { Fold } from './folds.ts';
import type { Sample } from './samples.ts';

/** What share of hard and of plain benign rows may reach a threshold, from sources that the model has not seen. */
const ALLOWED = {
  flag: { score: 0.3, hard: 0.026, plain: 0.0016 },
  block: { score: 0.65, hard: 0.017, plain: 0.0008 },
} as const;

/** z of every row, by a model that was fitted without it. */
export function unseenZ(folds: readonly Fold[]): ReadonlyMap<Sample, number> {
  const z = new Map<Sample, number>();
  for (const { train, test } of folds) {
    const model = trainOn(train);
    for (const sample of test) z.set(sample, topWindow(sample, model).z);
  }
  return z;
}

/** The logistic that puts the two thresholds of the configuration where the false alarms are those allowed above. */
export function calibrate(z: ReadonlyMap<Sample, number>): { readonly slope: number; readonly intercept: number } {
  const flag = thresholdOf(z, ALLOWED.flag);
  // Apart at the least, so that one outlier cannot make a cliff of the logistic.
  const block = Math.max(thresholdOf(z, ALLOWED.block), flag + 0.3);
  const low = logit(ALLOWED.flag.score);
  const slope = (logit(ALLOWED.block.score) - low) / (block - flag);
  return { slope, intercept: low - slope * flag };
}

function thresholdOf(
  z: ReadonlyMap<Sample, number>,
  allowed: { readonly hard: number; readonly plain: number },
): number {
  const sorted = (hard: boolean): readonly number[] =>
    [...z].flatMap(([{ attack, row }, value]) => (!attack && row.hard === hard ? [value] : [])).sort((a, b) => b - a);
  const [hard, plain] = [sorted(true), sorted(false)];
  return Math.max(hard[Math.floor(hard.length * allowed.hard)]!, plain[Math.floor(plain.length * allowed.plain)]!);
}

const logit = (share: number): number => Math.log(share / (1 - share));
