import type { ConfigOf } from '../../core/config-section.ts';
import type { poolSection } from './config.ts';
import { EwmaController } from './ewma.ts';
import { KalmanController } from './kalman.ts';
import { Pool, type PoolParts } from './pool.ts';

type PoolConfig = ConfigOf<readonly [typeof poolSection]>['pool'];

/** The pool that the configuration asks for; null for a fixed number of workers. */
export function createPool(config: PoolConfig, parts: PoolParts): Pool | null {
  const { controller: name, scale_up_threshold: up, scale_down_threshold: down, scale_step: step } = config;
  if (name === 'none') return null;
  const controller =
    name === 'ewma'
      ? new EwmaController({
          alpha: config.ewma_alpha,
          scaleUp: up ?? 0.7,
          scaleDown: down ?? 0.2,
          step,
          cooldown: config.cooldown_observations,
        })
      : new KalmanController({
          scaleUp: up ?? 50,
          scaleDown: down ?? 5,
          latencyMs: config.latency_threshold_ms,
          step,
          cooldownMs: config.cooldown_s * 1000,
        });
  const { max_workers: maxWorkers, interval_ms: intervalMs } = config;
  // Fewer workers save nothing where others do the work, and the first of a burst would wait for those that were sent away.
  const minWorkers = Math.min(config.min_workers ?? parts.sample().workers, maxWorkers);
  const bounds = { minWorkers, maxWorkers, intervalMs };
  return new Pool(controller, bounds, parts);
}
