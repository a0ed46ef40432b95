import { Counter, Gauge, type Registry } from 'prom-client';
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

/** Puts the metrics of an engine into a registry; each reading of it shows the snapshot of that moment. */
export function registerEngineMetrics(registry: Registry, snapshot: () => Snapshot): void {
  for (const { name, help, kind, labels = [], read } of ENGINE_METRICS) {
    const options = { name, help, labelNames: [...labels], registers: [registry] };
    if (kind === 'counter') {
      new Counter({
        ...options,
        collect() {
          this.reset();
          for (const [value, of = {}] of read(snapshot())) this.inc({ ...of }, value);
        },
      });
    } else if (kind === 'summary') {
      // The summaries of prom-client count for themselves; a metric of it is anything with a name that gives its samples.
      const type = kind;
      registry.registerMetric({
        name,
        get: async () => ({
          ...{ name, help, type, aggregator: 'sum' },
          values: read(snapshot()).map(([value, labels = {}]) => ({ value, labels })),
        }),
        reset: () => undefined,
      } as never);
    } else {
      new Gauge({
        ...options,
        collect() {
          this.reset();
          for (const [value, of = {}] of read(snapshot())) this.set({ ...of }, value);
        },
      });
    }
  }
}
