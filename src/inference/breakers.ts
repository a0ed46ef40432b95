import type { Clock } from '../core/clock.ts';
import { OrchestratorError } from '../core/errors.ts';
import type { Bus } from '../core/events.ts';
import type { Candidate } from './candidate.ts';
import type { BreakerChange, InferenceEvents } from './events.ts';
import type { CircuitBreaker } from './layers/breaker/circuit-breaker.ts';

/** The breakers of an engine, for those who operate it. An unknown name throws `request_invalid`. */
export interface Breakers {
  list(): readonly BreakerChange[];
  /** Closes a breaker and forgets its failures; without a name, all of them. */
  reset(provider?: string): void;
  /** Opens a breaker until it is reset. */
  trip(provider: string, reason?: string): void;
}

/** What is told of a breaker that changes: an event on the bus, and a line in the log. */
export function tellOfBreakers(
  clock: Clock,
  events: Pick<Bus<InferenceEvents>, 'emit'>,
  log: (level: 'info' | 'warn', event: string, fields: Readonly<Record<string, string | number>>) => void,
): (provider: string, breaker: CircuitBreaker) => void {
  return (provider, breaker) => {
    const change = { provider, ...breaker.picture(clock.now()) };
    const { state, failures, reason, next_probe_ms } = change;
    if (state === 'closed') {
      log('info', 'breaker closed', { provider });
      events.emit('inference.breaker_closed', change);
    } else if (state === 'half_open') {
      log('info', 'breaker half-open', { provider });
      events.emit('inference.breaker_half_opened', change);
    } else {
      log('warn', 'breaker opened', { provider, reason: reason ?? '', failures, next_probe_ms: next_probe_ms ?? -1 });
      events.emit('inference.breaker_opened', change);
    }
  };
}

const BY_HAND = 'tripped by hand';

export function breakersOf(candidates: () => readonly Candidate[], clock: Clock): Breakers {
  const all = (): readonly (readonly [string, CircuitBreaker])[] =>
    candidates().flatMap(({ provider, breaker }) => (breaker === null ? [] : [[provider.name, breaker] as const]));
  const named = (name: string): CircuitBreaker => {
    const breakers = all();
    const [, found] = breakers.find(([other]) => other === name) ?? [];
    if (found !== undefined) return found;
    const known = breakers.map(([other]) => other).join(', ') || 'none';
    throw new OrchestratorError('request_invalid', `No provider ${name} has a breaker; those that have: ${known}.`, {
      param: 'provider',
    });
  };
  return {
    list: () => all().map(([provider, breaker]) => ({ provider, ...breaker.picture(clock.now()) })),
    reset(provider) {
      const meant = provider === undefined ? all().map(([, breaker]) => breaker) : [named(provider)];
      for (const breaker of meant) breaker.reset(clock.now());
    },
    trip: (provider, reason = BY_HAND) => named(provider).trip(reason, clock.now()),
  };
}
