import { z } from 'zod';
import type { ConfigSection } from '../../core/config-section.ts';

export const poolSection = {
  path: 'pool',
  summary: 'Lets the number of workers of the inference stage follow the load.',
  schema: z.strictObject({
    controller: z
      .enum(['none', 'ewma', 'kalman'])
      .default('none')
      .describe(
        '`none`: `stages.inference.inference_workers`, always. `ewma` follows how full the queue is, `kalman` how many wait and how long requests take; both begin there.',
      ),
    min_workers: z
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .describe('Workers that are always there; without it, as many as it begins with.')
      .meta({ examples: [16] }),
    max_workers: z.int().min(1).max(100_000).default(256).describe('Workers, at most.'),
    interval_ms: z.int().min(10).max(60_000).default(500).describe('Milliseconds between two looks at the queue.'),
    scale_step: z
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .describe('Workers a change; `kalman` takes several for a deep queue.'),
    scale_up_threshold: z
      .number()
      .positive()
      .optional()
      .describe(
        'More workers from here on: share of the queue that is full for `ewma` (0.7), jobs that wait for `kalman` (50).',
      )
      .meta({ examples: [0.7] }),
    scale_down_threshold: z
      .number()
      .min(0)
      .optional()
      .describe('Fewer workers from here on down, in the same unit: 0.2 for `ewma`, 5 for `kalman`.')
      .meta({ examples: [0.2] }),
    ewma_alpha: z
      .number()
      .positive()
      .max(1)
      .default(0.2)
      .describe('Weight of the latest look in the average of `ewma`.'),
    cooldown_observations: z.int().min(1).default(10).describe('Looks between two changes of `ewma`, at least.'),
    cooldown_s: z.number().min(0).default(15).describe('Seconds between two changes of `kalman`, at least.'),
    latency_threshold_ms: z
      .number()
      .min(0)
      .default(500)
      .describe('`kalman` adds workers only when requests take longer than this, too.'),
  }),
  check(config) {
    const pool = config['pool'] as {
      readonly controller: string;
      readonly min_workers?: number;
      readonly max_workers: number;
      readonly scale_up_threshold?: number;
      readonly scale_down_threshold?: number;
    };
    const [up, down] = pool.controller === 'kalman' ? [50, 5] : [0.7, 0.2];
    const { scale_up_threshold = up, scale_down_threshold = down, min_workers = 1 } = pool;
    return [
      ...(min_workers <= pool.max_workers ? [] : [{ path: 'pool.min_workers', rule: 'must be <= pool.max_workers' }]),
      ...(scale_down_threshold < scale_up_threshold
        ? []
        : [{ path: 'pool.scale_down_threshold', rule: 'must be < pool.scale_up_threshold' }]),
      ...(pool.controller === 'ewma' && scale_up_threshold > 1
        ? [{ path: 'pool.scale_up_threshold', rule: 'must be <= 1 for ewma: it is a share of the queue' }]
        : []),
    ];
  },
} as const satisfies ConfigSection;
