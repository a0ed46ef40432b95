import type { Service } from './service.ts';

/** Whether new requests are taken: the service is not stopping. */
export function isReady({ draining, engine }: Service): boolean {
  return !draining && engine.snapshot().state === 'running';
}

/** The health report, from the one snapshot. */
export function healthOf(service: Service) {
  const snapshot = service.engine.snapshot();
  return {
    status: isReady(service) ? 'healthy' : 'draining',
    name: snapshot.name,
    version: service.version,
    uptime_s: Math.round(snapshot.uptime_ms / 1000),
    shutting_down: service.draining,
    stages: Object.fromEntries(
      Object.entries(snapshot.stages).map(([name, { depth, capacity, busy, p50_ms, p95_ms, p99_ms }]) => [
        name,
        { depth, capacity, busy, p50_ms, p95_ms, p99_ms },
      ]),
    ),
    dead_letter_queue_depth: snapshot.dead_letters.stored,
    in_flight: snapshot.totals.in_flight,
    totals: snapshot.totals,
    streams: {
      answers: service.streams.count('answer'),
      live: service.streams.count('live'),
      sockets: service.streams.count('socket'),
    },
  } as const;
}
