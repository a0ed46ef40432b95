import { Counter, type Registry } from 'prom-client';

/** Upper bounds of the latency histogram, seconds: from a cached answer to a long one. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

const DURATIONS = {
  name: 'orchestrator_server_request_duration_seconds',
  help: 'From the headers of a request to the end of its answer.',
  type: 'histogram',
  aggregator: 'sum',
} as const;

/** The requests of one route. */
class RouteCount {
  /** By method and status. */
  readonly answers = new Map<string, Map<number, number>>();
  /** How many took no longer than the bound at their place, and longer than the one before; the last are the rest. */
  readonly buckets = new Float64Array(BUCKETS.length + 1);
  seconds = 0;

  add(method: string): Map<number, number> {
    const byStatus = new Map<number, number>();
    this.answers.set(method, byStatus);
    return byStatus;
  }
}

/**
 * HTTP requests, counted as plain numbers and turned into metrics when somebody reads them: looking a set of labels up
 * twice for each request costs more than the rest of counting it.
 */
export class RequestCounts {
  private readonly routes = new Map<string, RouteCount>();

  constructor(registry: Registry) {
    const { routes } = this;
    new Counter({
      name: 'orchestrator_server_requests_total',
      help: 'HTTP requests answered; the route is the pattern that they matched.',
      labelNames: ['route', 'method', 'status'],
      registers: [registry],
      collect() {
        this.reset();
        for (const [route, { answers }] of routes) {
          for (const [method, byStatus] of answers) {
            for (const [status, count] of byStatus) this.inc({ route, method, status }, count);
          }
        }
      },
    });
    // A metric of prom-client is anything with a name that gives its samples.
    registry.registerMetric({
      name: DURATIONS.name,
      get: async () => ({ ...DURATIONS, values: [...routes].flatMap(([route, count]) => durations(route, count)) }),
      reset: () => undefined,
    } as never);
  }

  /** A request was answered. `route` and `method` are ours, never what a caller wrote. */
  answered(route: string, method: string, status: number, seconds: number): void {
    const count = this.routes.get(route) ?? this.add(route);
    const byStatus = count.answers.get(method) ?? count.add(method);
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    let at = 0;
    while (at < BUCKETS.length && seconds > BUCKETS[at]!) at++;
    count.buckets[at]!++;
    count.seconds += seconds;
  }

  private add(route: string): RouteCount {
    const count = new RouteCount();
    this.routes.set(route, count);
    return count;
  }
}

/** The samples of a histogram: each bucket holds all that took no longer. */
function durations(route: string, { buckets, seconds }: RouteCount) {
  let count = 0;
  const samples = [...buckets].map((inBucket, at) => {
    count += inBucket;
    return { metricName: `${DURATIONS.name}_bucket`, labels: { route, le: BUCKETS[at] ?? '+Inf' }, value: count };
  });
  return [
    ...samples,
    { metricName: `${DURATIONS.name}_sum`, labels: { route }, value: seconds },
    { metricName: `${DURATIONS.name}_count`, labels: { route }, value: count },
  ];
}
