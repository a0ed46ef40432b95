import type { Registry } from 'prom-client';
import type { Snapshot } from '../snapshot.ts';
import { admissionMetrics } from './admission-metrics.ts';
import { inferenceMetrics } from './inference-metrics.ts';
import type { EngineMetric } from './metric.ts';
import { pipelineMetrics } from './pipeline-metrics.ts';
import { promptMetrics } from './prompt-metrics.ts';
import { reuseMetrics } from './reuse-metrics.ts';

/** Every label is a name of the configuration or of a closed table: what requests say never becomes a series. */
export const ENGINE_METRICS: readonly EngineMetric[] = [
  ...pipelineMetrics,
  ...inferenceMetrics,
  ...admissionMetrics,
  ...reuseMetrics,
  ...promptMetrics,
];

/**
 * Puts the metrics of an engine into a registry; each reading of it shows the snapshot of that moment. The classes of
 * prom-client count for themselves, and say 0 where there is nothing to say; a metric of it is anything with a name that
 * gives its samples.
 */
export function registerEngineMetrics(registry: Registry, snapshot: () => Snapshot): void {
  for (const { name, help, kind, read } of ENGINE_METRICS) {
    registry.registerMetric({
      name,
      get: async () => ({
        ...{ name, help, type: kind, aggregator: 'sum' },
        values: read(snapshot()).map(([value, labels = {}]) => ({ value, labels })),
      }),
      reset: () => undefined,
    } as never);
  }
}
