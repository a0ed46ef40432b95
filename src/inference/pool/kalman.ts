import type { PoolAdvice, PoolController, PoolSample } from './controller.ts';

export interface KalmanSettings {
  /** Estimated depth of the queue from which it grows, and below which it shrinks. */
  readonly scaleUp: number;
  readonly scaleDown: number;
  /** It grows only when the latency is above this, too, milliseconds. */
  readonly latencyMs: number;
  /** Workers a change, at least. */
  readonly step: number;
  /** Milliseconds between two changes. */
  readonly cooldownMs: number;
}

/** How much the depth itself changes between samples, and how much a sample is off: variances, jobs². */
const PROCESS_NOISE = 1;
const SAMPLE_NOISE = 10;
/** Weight of the latest latency. */
const ALPHA = 0.2;

/** A Kalman filter for one number that stays as it is but for noise (Kalman 1960): it ignores spikes and lags little. */
export class ScalarKalman {
  /** The estimate. */
  value: number;
  private variance = SAMPLE_NOISE;

  constructor(first = 0) {
    this.value = first;
  }

  update(measured: number): number {
    const predicted = this.variance + PROCESS_NOISE;
    const gain = predicted / (predicted + SAMPLE_NOISE);
    this.value += gain * (measured - this.value);
    this.variance = (1 - gain) * predicted;
    return this.value;
  }
}

/** Follows the Kalman-filtered depth of the queue and the average latency (the document's `AdaptivePool`). */
export class KalmanController implements PoolController {
  readonly name = 'kalman';
  readonly depth = new ScalarKalman();
  latencyEmaMs = 0;
  private readonly settings: KalmanSettings;
  private changedAt = Number.NEGATIVE_INFINITY;

  constructor(settings: KalmanSettings) {
    this.settings = settings;
  }

  observe({ depth, latencyMs, now }: Pick<PoolSample, 'depth' | 'latencyMs' | 'now'>): PoolAdvice {
    const { scaleUp, scaleDown, step, cooldownMs } = this.settings;
    const estimate = this.depth.update(depth);
    this.latencyEmaMs += ALPHA * (latencyMs - this.latencyEmaMs);
    const reason = `about ${Math.round(estimate)} waiting, latency ${Math.round(this.latencyEmaMs)} ms`;
    if (now - this.changedAt < cooldownMs) return { change: 0, reason: `${reason}, cooling down` };
    if (estimate > scaleUp && this.latencyEmaMs > this.settings.latencyMs) {
      // The deeper the queue, the larger the step: the threshold is what one step answers.
      return { change: step * Math.max(Math.round(estimate / Math.max(scaleUp, 1)), 1), reason };
    }
    if (estimate < scaleDown) return { change: -step, reason };
    return { change: 0, reason };
  }

  applied(now: number): void {
    this.changedAt = now;
  }
}
