import type { Clock, Timer } from '../../core/clock.ts';
import type { PoolController, PoolSample } from './controller.ts';

export interface PoolBounds {
  readonly minWorkers: number;
  readonly maxWorkers: number;
  /** Milliseconds between two looks. */
  readonly intervalMs: number;
}

/** A change that was made. */
export interface PoolChange {
  readonly from: number;
  readonly to: number;
  readonly reason: string;
}

/** A change, and when it was made, milliseconds since the epoch. */
export interface PastPoolChange extends PoolChange {
  readonly at: number;
}

/** The pool as the snapshot shows it. */
export interface PoolPicture {
  readonly controller: string;
  readonly workers: number;
  readonly min: number;
  readonly max: number;
  /** What the controller saw last, for people. */
  readonly advice: string;
  readonly changes: number;
  /** The latest changes, oldest first. */
  readonly recent: readonly PastPoolChange[];
}

export interface PoolParts {
  readonly clock: Clock;
  readonly sample: () => Omit<PoolSample, 'now'>;
  /** Takes over a number of workers. */
  readonly resize: (workers: number) => void;
  readonly onChange: (change: PoolChange) => void;
}

/** Changes that the snapshot shows. */
const MOST_RECENT = 20;
/** Workers are taken away only while those that stay would not all be busy: an empty queue alone does not mean idleness. */
const BUSIEST = 0.8;

/** Lets a controller look at a pool at regular intervals, and does what it says, within bounds. */
export class Pool {
  private readonly controller: PoolController;
  private readonly bounds: PoolBounds;
  private readonly parts: PoolParts;
  private timer: Timer | null = null;
  private advice = '';
  private changes = 0;
  private recent: readonly PastPoolChange[] = [];
  /** Changes whenever the picture would. */
  stamp = 0;

  constructor(controller: PoolController, bounds: PoolBounds, parts: PoolParts) {
    this.controller = controller;
    this.bounds = bounds;
    this.parts = parts;
  }

  /** It never keeps the process alive. */
  start(): void {
    const { minWorkers, maxWorkers, intervalMs } = this.bounds;
    const { clock, sample } = this.parts;
    const { workers } = sample();
    const within = Math.min(Math.max(workers, minWorkers), maxWorkers);
    if (within !== workers) this.change(workers, within, 'pool.min_workers and pool.max_workers');
    const round = (): void => {
      this.look();
      this.timer = clock.after(intervalMs, round, true);
    };
    this.timer = clock.after(intervalMs, round, true);
  }

  stop(): void {
    this.timer?.cancel();
  }

  private look(): void {
    const { minWorkers, maxWorkers } = this.bounds;
    const now = this.parts.clock.now();
    const sample = { ...this.parts.sample(), now };
    const { workers, busy } = sample;
    const { change, reason } = this.controller.observe(sample);
    if (reason !== this.advice) this.stamp++;
    this.advice = reason;
    const wanted = Math.min(Math.max(workers + change, minWorkers), maxWorkers);
    if (wanted === workers || (wanted < workers && busy > wanted * BUSIEST)) return;
    this.controller.applied(now);
    this.change(workers, wanted, reason);
  }

  private change(from: number, to: number, reason: string): void {
    this.parts.resize(to);
    this.changes++;
    this.stamp++;
    this.recent = [...this.recent, { from, to, reason, at: this.parts.clock.wall() }].slice(-MOST_RECENT);
    this.parts.onChange({ from, to, reason });
  }

  picture(): PoolPicture {
    return {
      controller: this.controller.name,
      workers: this.parts.sample().workers,
      min: this.bounds.minWorkers,
      max: this.bounds.maxWorkers,
      advice: this.advice,
      changes: this.changes,
      recent: this.recent,
    };
  }
}
