import type { BreakerPicture } from '../inference/layers/breaker/circuit-breaker.ts';
import type { Service } from './service.ts';

/** The document's words for the states of a breaker, the worst first. */
const STATES = { open: 'Open', half_open: 'HalfOpen', closed: 'Closed' } as const;
const WORST = Object.keys(STATES);

/** How the service is, as one word. */
function statusOf(service: Service): 'healthy' | 'degraded' | 'unavailable' | 'draining' {
  if (service.draining) return 'draining';
  const providers = Object.values(service.engine.snapshot().providers);
  const left = providers.filter(({ breaker }) => breaker === undefined || !isShut(breaker));
  if (left.length === 0) return 'unavailable';
  return providers.some(({ breaker }) => breaker !== undefined && breaker.state !== 'closed') ? 'degraded' : 'healthy';
}

/** Nothing is let through now. */
const isShut = ({ state, next_probe_ms }: BreakerPicture): boolean =>
  state === 'open' && (next_probe_ms === null || next_probe_ms > 0);

/** Whether new requests can be answered: the service is not stopping, and some provider can be tried. */
export function isReady(service: Service): boolean {
  const status = statusOf(service);
  return status === 'healthy' || status === 'degraded';
}

/** The health report, from the one snapshot. */
export function healthOf(service: Service) {
  const snapshot = service.engine.snapshot();
  const breakers = Object.entries(snapshot.providers).flatMap(([name, { breaker }]) =>
    breaker === undefined ? [] : [[name, shown(breaker), breaker.state] as const],
  );
  const [worst] = breakers.toSorted(([, , one], [, , other]) => WORST.indexOf(one) - WORST.indexOf(other));
  return {
    status: statusOf(service),
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
    // Of the provider that is worst off; there may be none that has one.
    circuit_breaker: worst?.[1] ?? null,
    circuit_breakers: Object.fromEntries(breakers.map(([name, picture]) => [name, picture])),
    dead_letter_queue_depth: snapshot.dead_letters.stored,
    in_flight: snapshot.totals.in_flight,
    totals: snapshot.totals,
    streams: {
      answers: service.streams.count('answer'),
      live: service.streams.count('live'),
      sockets: service.streams.count('socket'),
    },
  };
}

function shown({ state, failures, next_probe_ms, reason }: BreakerPicture) {
  return {
    state: STATES[state],
    failure_count: failures,
    next_probe_in_secs: next_probe_ms === null ? null : Math.ceil(next_probe_ms / 1000),
    reason,
  };
}
