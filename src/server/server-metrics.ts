import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Engine } from '../engine.ts';
import { registerEngineMetrics } from '../telemetry/metrics/engine-metrics.ts';
import type { OpenStreams } from './streams/open-streams.ts';
import type { Submissions } from './submissions.ts';

/** Upper bounds of the latency histogram, seconds: from a cached answer to a long one. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The metrics of the service: the engine's, its own, and those of the process. */
export class ServerMetrics {
  private readonly registry = new Registry();
  private readonly requests: Counter<'route' | 'method' | 'status'>;
  private readonly durations: Histogram<'route'>;

  constructor(engine: Engine, streams: OpenStreams, submissions: Submissions) {
    const registers = [this.registry];
    registerEngineMetrics(this.registry, () => engine.snapshot());
    collectDefaultMetrics({ register: this.registry });
    this.requests = new Counter({
      name: 'orchestrator_server_requests_total',
      help: 'HTTP requests answered; the route is the pattern that they matched.',
      labelNames: ['route', 'method', 'status'],
      registers,
    });
    this.durations = new Histogram({
      name: 'orchestrator_server_request_duration_seconds',
      help: 'From the headers of a request to the end of its answer.',
      labelNames: ['route'],
      buckets: BUCKETS,
      registers,
    });
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
    this.requests.inc({ route, method, status });
    this.durations.observe({ route }, seconds);
  }

  async read(): Promise<{ readonly contentType: string; readonly text: string }> {
    return { contentType: this.registry.contentType, text: await this.registry.metrics() };
  }
}
