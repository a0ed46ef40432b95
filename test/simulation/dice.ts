import { type Random, seededRandom } from '../../src/core/random.ts';

/** Alternatives with their weights; those that are absent never come up. */
export type Weights<Name extends string> = Readonly<Partial<Record<Name, number>>>;

/** How long something takes, in milliseconds. */
export type Duration =
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly from: number; readonly to: number }
  | { readonly kind: 'lognormal'; readonly median: number; readonly sigma: number }
  | { readonly kind: 'bimodal'; readonly fast: number; readonly slow: number; readonly slowShare: number };

export const fixed = (ms: number): Duration => ({ kind: 'fixed', ms });
export const uniform = (from: number, to: number): Duration => ({ kind: 'uniform', from, to });
export const lognormal = (median: number, sigma: number): Duration => ({ kind: 'lognormal', median, sigma });
export const bimodal = (fast: number, slow: number, slowShare: number): Duration => ({
  kind: 'bimodal',
  fast,
  slow,
  slowShare,
});

/** All chance of a simulation: one seed, and everything follows from it. */
export class Dice {
  readonly random: Random;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** Dice of their own for one part, so that one more throw there changes nothing elsewhere. */
  fork(): Dice {
    return new Dice(Math.floor(this.random() * 2 ** 32));
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.random() * items.length)]!;
  }

  weighted<Name extends string>(weights: Weights<Name>): Name {
    const entries = Object.entries(weights) as [Name, number][];
    let left = this.random() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    return entries.at(-1)![0];
  }

  /** Milliseconds until the next of events that come independently, `meanMs` apart on average. */
  untilNext(meanMs: number): number {
    return -Math.log(1 - this.random()) * meanMs;
  }

  duration(duration: Duration): number {
    switch (duration.kind) {
      case 'fixed':
        return duration.ms;
      case 'uniform':
        return duration.from + this.random() * (duration.to - duration.from);
      case 'lognormal':
        return duration.median * Math.exp(duration.sigma * this.normal());
      case 'bimodal':
        return this.untilNext(this.chance(duration.slowShare) ? duration.slow : duration.fast);
    }
  }

  /** Box and Muller 1958. */
  private normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.random())) * Math.cos(2 * Math.PI * this.random());
  }
}
