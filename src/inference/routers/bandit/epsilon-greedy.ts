import type { Random } from '../../../core/random.ts';

/** Rewards that are looked back at, about: an arm that changes is noticed. */
const MEMORY = 200;

/**
 * Epsilon-greedy bandit (Sutton and Barto, "Reinforcement Learning", 2.4 and 2.5): mostly the arm with the highest mean
 * reward, and with probability epsilon any, so that every arm stays known.
 */
export class EpsilonGreedy<Key> {
  readonly epsilon: number;
  explored = 0;
  private readonly random: Random;
  private readonly arms = new Map<Key, { mean: number; count: number }>();

  constructor(epsilon: number, random: Random) {
    this.epsilon = epsilon;
    this.random = random;
  }

  /** One of `allowed`, of which there must be one. An arm without a reward comes first, while it has no pull on its way. */
  pick(allowed: readonly Key[], pulled: (key: Key) => boolean = () => false): { key: Key; explores: boolean } {
    const unknown = allowed.find((key) => !this.arms.has(key) && !pulled(key));
    if (unknown !== undefined) {
      this.explored++;
      return { key: unknown, explores: true };
    }
    if (this.random() < this.epsilon) {
      this.explored++;
      return { key: allowed[Math.floor(this.random() * allowed.length)]!, explores: true };
    }
    return { key: allowed.reduce((best, key) => (this.mean(key) > this.mean(best) ? key : best)), explores: false };
  }

  /** @param reward 0 to 1 */
  record(key: Key, reward: number): void {
    const arm = this.arms.get(key) ?? { mean: 0, count: 0 };
    arm.count++;
    arm.mean += (reward - arm.mean) / Math.min(arm.count, MEMORY);
    this.arms.set(key, arm);
  }

  /** 0 without rewards. */
  mean(key: Key): number {
    return this.arms.get(key)?.mean ?? 0;
  }
}
