import type { PoolAdvice, PoolController, PoolSample } from './controller.ts';

export interface EwmaSettings {
  /** Weight of the latest sample, 0…1. */
  readonly alpha: number;
  /** Fill of the queue, 0…1, from which it grows, and down to which it shrinks. */
  readonly scaleUp: number;
  readonly scaleDown: number;
  /** Workers a change. */
  readonly step: number;
  /** Samples between two changes. */
  readonly cooldown: number;
}

/** Follows an exponentially weighted moving average of how full the queue is (the document's `PoolSizer`). */
export class EwmaController implements PoolController {
  readonly name = 'ewma';
  /** The average, 0…1; it begins with an empty queue. */
  fill = 0;
  private readonly settings: EwmaSettings;
  private sinceChange = 0;

  constructor(settings: EwmaSettings) {
    this.settings = settings;
  }

  observe({ depth, capacity }: Pick<PoolSample, 'depth' | 'capacity'>): PoolAdvice {
    const { alpha, scaleUp, scaleDown, step, cooldown } = this.settings;
    this.fill += alpha * (depth / capacity - this.fill);
    this.sinceChange++;
    const reason = `queue ${Math.round(this.fill * 100)} % full on average`;
    if (this.sinceChange < cooldown) return { change: 0, reason: `${reason}, cooling down` };
    if (this.fill >= scaleUp) return { change: step, reason };
    if (this.fill <= scaleDown) return { change: -step, reason };
    return { change: 0, reason };
  }

  applied(): void {
    this.sinceChange = 0;
  }
}
