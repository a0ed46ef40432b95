import { type Dice, fixed, lognormal, uniform } from '../dice.ts';
import type { Deed, Scenario } from '../plan.ts';
import { burst, client, poisson, provider, world } from './base.ts';
import { clockJumps } from './life.ts';

/** Breakers and retries that are quick enough for a few virtual seconds. */
export const resilience = (dice: Dice): object => ({
  retry_attempts: dice.between(1, 4),
  retry_base_ms: dice.between(0, 200),
  retry_max_ms: dice.between(200, 2000),
  circuit_breaker_threshold: dice.between(1, 6),
  circuit_breaker_timeout_s: dice.between(1, 20) / 10,
  circuit_breaker_probes: dice.between(1, 5),
  circuit_breaker_success_rate: dice.pick([0, 0.5, 0.8, 1]),
});

const handiwork = (dice: Dice): readonly Deed[] =>
  Array.from({ length: dice.between(1, 4) }, () => ({
    at: dice.between(0, 3000),
    do: dice.pick(['trip', 'reset', 'reset'] as const),
  }));

const MIXED = {
  deadlines: { share: 0.3, ms: lognormal(600, 1) },
  cancels: { share: 0.1, by: { call: 1, signal: 1 }, afterMs: uniform(0, 300) },
};

/** A provider that fails for a while and comes back. */
const failing = (dice: Dice) => {
  const from = dice.between(100, 1000);
  const spells = [{ from, to: from + dice.between(500, 3000), conduct: { refuse: 8, reject: 2, throw: 1, hang: 1 } }];
  return provider(dice, { spells });
};

/** Breakers, retries and limits of each provider: faults 1, 2, 3, 17 and 18. */
export const RESILIENCE: readonly Scenario[] = [
  {
    name: 'breaker',
    weight: 3,
    shows: ['breaker_open', 'breaker_half_open', 'breaker_closed', 'failed:circuit_open'],
    plan: (dice) =>
      world(
        dice,
        { timeoutMs: 500, values: { resilience: resilience(dice) } },
        {
          fleet: [failing(dice)],
          clients: [client('a', poisson(200, 30), MIXED)],
          // Monotonic time is all that counts: the calendar may do what it likes.
          deeds: dice.chance(0.4) ? clockJumps(dice) : [],
        },
      ),
  },
  {
    name: 'breaker by hand',
    weight: 1,
    shows: ['trip', 'reset', 'breaker_closed', 'failed:circuit_open'],
    plan: (dice) =>
      world(
        dice,
        { timeoutMs: 500, values: { resilience: resilience(dice) } },
        {
          fleet: [failing(dice)],
          clients: [client('a', poisson(150, 30), MIXED)],
          deeds: [
            ...handiwork(dice),
            { at: dice.between(500, 2500), do: 'apply', values: { resilience: resilience(dice) } },
          ],
        },
      ),
  },
  {
    name: 'nobody is there',
    weight: 1,
    shows: ['breaker_open', 'breaker_half_open', 'failed:circuit_open'],
    plan: (dice) =>
      world(
        dice,
        { values: { resilience: resilience(dice) } },
        {
          fleet: [provider(dice, { conduct: { refuse: 1 } })],
          clients: [client('a', poisson(150, 30), MIXED), client('b', burst(60, 700))],
        },
      ),
  },
  {
    name: 'retry after',
    weight: 2,
    shows: ['called:limit', 'failed:provider_rate_limited', 'completed'],
    plan: (dice) =>
      world(
        dice,
        { workers: dice.between(4, 40), values: { resilience: { ...resilience(dice), retry_attempts: 4 } } },
        {
          fleet: [
            provider(dice, {
              conduct: { answer: 3, limit: 2 },
              retryAfter: dice.pick([uniform(50, 3000), uniform(50_000, 90_000), fixed(-5), null]),
            }),
          ],
          clients: [client('a', poisson(150, 20), { ...MIXED, deadlines: { share: 0.5, ms: lognormal(2000, 1) } })],
        },
      ),
  },
  {
    name: 'limits',
    weight: 2,
    shows: ['failed:provider_busy', 'completed', 'cancelled:cancelled'],
    plan(dice) {
      const alpha = {
        kind: 'echo',
        ...(dice.chance(0.7) ? { max_concurrent: dice.between(1, 4) } : {}),
        ...(dice.chance(0.6) ? { max_rps: dice.pick([3, 10, 40]) } : {}),
      };
      return world(
        dice,
        {
          workers: dice.between(2, 12),
          timeoutMs: dice.between(100, 600),
          values: { resilience: resilience(dice), providers: { alpha } },
        },
        {
          fleet: [provider(dice, { conduct: { answer: 8, refuse: 1, hang: 1 }, manners: { stop: 2, ignore: 1 } })],
          clients: [client('a', poisson(150, 25), MIXED), client('b', burst(20, 500))],
        },
      );
    },
  },
  {
    name: 'adaptive time-out',
    weight: 1,
    shows: ['failed:provider_timeout', 'completed'],
    plan: (dice) =>
      world(
        dice,
        {
          workers: 8,
          values: { stages: { inference: { adaptive_timeout_enabled: true, adaptive_timeout_min_ms: 20 } } },
        },
        {
          fleet: [provider(dice, { firstToken: lognormal(40, 0.3), conduct: { answer: 12, hang: 1 } })],
          clients: [client('a', poisson(150, 20), MIXED)],
        },
      ),
  },
];
