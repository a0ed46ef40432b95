import type { BreakerPicture } from '../inference/layers/breaker/circuit-breaker.ts';
import type { Service } from './service.ts';

/** The document's words for the states of a breaker, the worst first. */
const STATES = { open: 'Open', half_open: 'HalfOpen', closed: 'Closed' } as const;
const WORST = Object.keys(STATES);

/** How the service is, as one word. Breakers are looked at themselves: a snapshot may be a moment old. */
function statusOf({ draining, engine }: Service): 'healthy' | 'degraded' | 'unavailable' | 'draining' {
  if (draining) return 'draining';
  const breakers = engine.breakers.list();
  const shut = breakers.filter(isShut).length;
  // A provider without a breaker can always be tried.
  if (shut > 0 && shut === Object.keys(engine.snapshot().providers).length) return 'unavailable';
  return breakers.some(({ state }) => state !== 'closed') ? 'degraded' : 'healthy';
}

/** Nothing is let through now. */
const isShut = ({ state, next_probe_ms }: BreakerPicture): boolean =>
  state === 'open' && (next_probe_ms === null || next_probe_ms > 0);

/** Whether new requests can be answered: the service is not stopping, and some provider can be tried. */
export function isReady(service: Service): boolean {
  const status = statusOf(service);
  return status === 'healthy' || status === 'degraded';
}

/** The health report, from the one snapshot; `stored` is how many dead letters there are where that was counted just now. */
export function healthOf(service: Service, stored: number | null = null) {
  const snapshot = service.engine.snapshot();
  const breakers = service.engine.breakers.list();
  const [worst] = breakers.toSorted((one, other) => WORST.indexOf(one.state) - WORST.indexOf(other.state));
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
    circuit_breaker: worst === undefined ? null : shown(worst),
    circuit_breakers: Object.fromEntries(breakers.map((breaker) => [breaker.provider, shown(breaker)])),
    dead_letter_queue_depth: stored ?? snapshot.dead_letters.stored,
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
