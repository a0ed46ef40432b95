/** What a pool is seen to be, once an interval. */
export interface PoolSample {
  /** Jobs that wait for a worker, and how many may. */
  readonly depth: number;
  readonly capacity: number;
  readonly workers: number;
  /** Workers that have something to do. */
  readonly busy: number;
  /** 99th percentile of the latest requests in the stage, milliseconds. */
  readonly latencyMs: number;
  /** Monotonic milliseconds. */
  readonly now: number;
}

export interface PoolAdvice {
  /** Workers to add; negative: to take away. */
  readonly change: number;
  /** For people: what it is based on. */
  readonly reason: string;
}

/** Decides from samples how many workers a pool should have. Pure: it changes nothing. */
export interface PoolController {
  readonly name: string;
  observe(sample: PoolSample): PoolAdvice;
  /** The latest advice was followed: the cooldown begins. */
  applied(now: number): void;
}
