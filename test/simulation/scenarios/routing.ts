import { type Dice, lognormal, uniform } from '../dice.ts';
import type { Plan, ProviderPlan, Scenario } from '../plan.ts';
import { burst, client, poisson, provider, world } from './base.ts';
import { resilience } from './resilience.ts';

const NAMES = ['alpha', 'beta', 'gamma'] as const;

const FICKLE = {
  deadlines: { share: 0.3, ms: lognormal(600, 1) },
  cancels: { share: 0.1, by: { call: 1, signal: 1 }, afterMs: uniform(0, 300) },
};

interface FleetParts {
  readonly policy: string;
  readonly clients: Plan['clients'];
  readonly conduct: (dice: Dice) => Partial<ProviderPlan>;
  readonly values?: object;
  /** Its calls wait for recoveries together, and not each for itself. */
  readonly patient?: boolean;
}

/** Several providers, each in a mood of its own. */
const fleet = (dice: Dice, { policy, clients, conduct, values = {}, patient = false }: FleetParts): Plan =>
  world(
    dice,
    {
      workers: dice.between(2, 12),
      timeoutMs: 500,
      values: {
        resilience: resilience(dice),
        providers: Object.fromEntries(NAMES.map((name, priority) => [name, { kind: 'echo', priority }])),
        routing: { policy, ...(patient ? {} : { wait_for_recovery: dice.chance(0.3) }) },
        ...values,
      },
    },
    { fleet: NAMES.map((name) => provider(dice, { name, ...conduct(dice) })), clients },
  );

/** It fails for a while, and the others do not, or not at the same time. */
const failing = (dice: Dice): Partial<ProviderPlan> => {
  const from = dice.between(0, 1500);
  return {
    conduct: { answer: 20, limit: 1, cut: 1 },
    spells: [{ from, to: from + dice.between(300, 2000), conduct: { refuse: 6, reject: 1, throw: 1, hang: 1 } }],
    retryAfter: dice.pick([null, uniform(50, 1000)]),
  };
};

/** Several providers: who fails is stood in for, and who is out is left alone. */
export const ROUTING: readonly Scenario[] = [
  {
    name: 'failover',
    weight: 2,
    shows: ['failed_over', 'breaker_open', 'breaker_closed', 'completed'],
    plan: (dice) =>
      fleet(dice, {
        policy: dice.pick(['cascade', 'round_robin', 'least_loaded', 'weighted']),
        conduct: failing,
        clients: [client('a', poisson(150, 25), FICKLE), client('b', burst(20, 700), FICKLE)],
      }),
  },
  {
    name: 'hedged',
    weight: 1,
    shows: ['asked_beside', 'completed', 'aborted:stop'],
    plan: (dice) =>
      fleet(dice, {
        policy: dice.pick(['hedge', 'tournament']),
        conduct: failing,
        clients: [client('a', poisson(120, 25), FICKLE)],
      }),
  },
  {
    name: 'waiting together',
    weight: 2,
    shows: ['breaker_open', 'breaker_closed', 'completed', 'failed:no_provider_available'],
    plan(dice) {
      const alone = dice.chance(0.5);
      const until = dice.pick([1500, 4000, 3_600_000]);
      const spell = { from: dice.between(0, 500), to: until, conduct: { refuse: 6, reject: 1, throw: 1, hang: 1 } };
      const plan = fleet(dice, {
        policy: alone ? 'single' : dice.pick(['cascade', 'round_robin', 'least_loaded']),
        values: { resilience: { ...resilience(dice), circuit_breaker_success_rate: 0.5 } },
        patient: true,
        conduct: () => ({ spells: [spell], conduct: { answer: 20, limit: 1, cut: 1 } }),
        clients: [
          client('a', poisson(150, 25), { ...FICKLE, deadlines: { ...FICKLE.deadlines, share: 0.1 } }),
          client('late', poisson(20, 1000, 3000)),
        ],
      });
      return { ...plan, patient: true, fleet: alone ? plan.fleet.slice(0, 1) : plan.fleet };
    },
  },
  {
    name: 'all of them fail',
    weight: 0.3,
    shows: ['failed_over', 'failed:provider_unavailable'],
    plan: (dice) =>
      fleet(dice, {
        policy: 'round_robin',
        // With breakers, or while the unhealthy are left alone, hardly any of them would be sent.
        values: { resilience: { circuit_breaker_threshold: 0, retry_base_ms: 10 } },
        conduct: () => ({ conduct: { refuse: 1 }, firstToken: uniform(1, 10) }),
        clients: [client('a', poisson(1100, 2), { ways: { callback: 1 } })],
      }),
  },
];
