import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Engine } from '../engine.ts';
import { registerEngineMetrics } from '../telemetry/metrics/engine-metrics.ts';
import { RequestCounts } from './request-counts.ts';
import type { OpenStreams } from './streams/open-streams.ts';
import type { Submissions } from './submissions.ts';

/** The metrics of the service: the engine's, its own, and those of the process. */
export class ServerMetrics {
  private readonly registry = new Registry();
  private readonly requests: RequestCounts;

  constructor(engine: Engine, streams: OpenStreams, submissions: Submissions) {
    const registers = [this.registry];
    registerEngineMetrics(this.registry, () => engine.snapshot());
    collectDefaultMetrics({ register: this.registry });
    // Gauges that are called like counters; the same numbers by type are there beside them.
    for (const what of ['handles', 'requests', 'resources']) {
      this.registry.removeSingleMetric(`nodejs_active_${what}_total`);
    }
    this.requests = new RequestCounts(this.registry);
    new Gauge({
      name: 'orchestrator_server_streams',
      help: 'Open connections that stream.',
      labelNames: ['kind'],
      registers,
      collect() {
        for (const kind of ['answer', 'live', 'socket'] as const) this.set({ kind }, streams.count(kind));
      },
    });
    new Gauge({
      name: 'orchestrator_server_accepted_open_requests',
      help: 'Requests that were acknowledged, are committed and have not ended.',
      registers,
      collect() {
        this.set(submissions.open);
      },
    });
  }

  /** A request was answered. `route` and `method` are ours, never what a caller wrote. */
  answered(route: string, method: string, status: number, seconds: number): void {
    this.requests.answered(route, method, status, seconds);
  }

  async read(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }
}
