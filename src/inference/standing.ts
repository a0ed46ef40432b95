import type { Candidate } from './candidate.ts';

/**
 * Whether a router may choose a candidate now. `busy`: a limit of ours or the provider's own makes it wait. `out`: it
 * fails, and is left alone. `inMs`: until that may be over; null when nobody can say.
 */
export type Standing =
  | { readonly kind: 'ready' }
  | { readonly kind: 'busy' | 'out'; readonly reason: string; readonly inMs: number | null };

const READY: Standing = { kind: 'ready' };
/** An unhealthy provider is tried again so long after its latest failure (nginx's `fail_timeout`). */
const HEAL_MS = 10_000;

export function standingOf({ replaceable, breaker, record, places, bucket }: Candidate, now: number): Standing {
  if (breaker !== null && !breaker.calm && !breaker.open(now)) {
    const { state, next_probe_ms, reason } = breaker.picture(now);
    const what = state === 'half_open' ? 'breaker is half-open, its probes are running' : 'breaker is open';
    return { kind: 'out', reason: `${what} (${reason})`, inMs: next_probe_ms };
  }
  if (replaceable && !record.healthy) {
    const failures = `unhealthy: ${record.failuresInARow} failures in a row`;
    const inMs = record.lastFailureAt + HEAL_MS - now;
    if (inMs > 0) return { kind: 'out', reason: failures, inMs };
    if (record.inFlight > 0) return { kind: 'out', reason: `${failures}, being tried again`, inMs: null };
  }
  if (record.limitedUntil > now) {
    return { kind: 'out', reason: 'it asked to be left alone (rate limit)', inMs: record.limitedUntil - now };
  }
  if (places !== null && places.inUse >= places.limit) {
    return { kind: 'busy', reason: `max_concurrent = ${places.limit} calls at work`, inMs: null };
  }
  const turnMs = bucket?.waitMs(now) ?? 0;
  if (turnMs > 0) return { kind: 'busy', reason: `max_rps = ${bucket!.refillPerS} used up`, inMs: turnMs };
  return READY;
}
