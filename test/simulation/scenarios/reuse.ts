import { type Dice, fixed, lognormal, uniform } from '../dice.ts';
import type { ClientPlan, Deed, Plan, Scenario } from '../plan.ts';
import { burst, client, poisson, provider, world } from './base.ts';
import { drains, hooks, reloads } from './life.ts';
import { resilience } from './resilience.ts';

/** Some leave before the answer is there, some have no time for all of it. */
const FICKLE = {
  cancels: { share: 0.3, by: { call: 2, signal: 2, 'aborted before': 1 }, afterMs: uniform(0, 150) },
  deadlines: { share: 0.3, ms: lognormal(120, 0.8) },
} satisfies Partial<ClientPlan>;

interface Parts extends Partial<Plan> {
  readonly values?: object;
  readonly workers?: number;
  readonly timeoutMs?: number;
}

/** Waves of few questions: a burst of them, more while it is answered, and some again later. */
function herds(dice: Dice, changes: Partial<ClientPlan>, { values = {}, workers, timeoutMs, ...parts }: Parts): Plan {
  const of = { prompts: dice.between(1, 4), ...changes };
  return world(
    dice,
    {
      workers: workers ?? dice.between(1, 8),
      capacity: dice.between(2, 100),
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      values: {
        deduplication: { enabled: true, window_s: dice.pick([0.05, 0.3, 300]), max_entries: dice.pick([1, 2, 10_000]) },
        ...values,
      },
    },
    {
      clients: [
        client('herd', burst(dice.between(20, 60), 20), of),
        client('late', poisson(50, dice.between(2, 20), 30), of),
        client('again', poisson(30, 30, dice.between(200, 900)), of),
      ],
      ...parts,
    },
  );
}

const flushes = (dice: Dice): readonly Deed[] =>
  Array.from({ length: dice.between(0, 2) }, () => ({ at: dice.between(20, 1500), do: 'flush' as const }));

/** Answers that are given to more than one: the store, calls in flight, near-duplicates. */
export const REUSE: readonly Scenario[] = [
  {
    name: 'shared calls',
    weight: 2,
    shows: [
      'answered:coalesced',
      'answered:cache',
      'handed_over',
      'aborted:stop',
      'expired:deadline_exceeded',
      'flush',
    ],
    plan: (dice) =>
      herds(dice, { ...FICKLE, uncached: dice.pick([0, 0.2]), tenants: dice.pick([0, 2]) }, { deeds: flushes(dice) }),
  },
  {
    name: 'shared failures',
    weight: 2,
    shows: ['answered:coalesced', 'failed:upstream_midstream', 'failed:provider_timeout', 'handed_over'],
    plan: (dice) =>
      herds(
        dice,
        { ...FICKLE, tenants: dice.pick([0, 3]) },
        {
          timeoutMs: dice.between(100, 500),
          values: dice.chance(0.5) ? { resilience: resilience(dice) } : {},
          fleet: [
            provider(dice, {
              conduct: { answer: 3, cut: 2, break: 2, hang: 1, refuse: 2, limit: 1, throw: 1, reject: 1, 'at once': 1 },
              manners: { stop: 2, linger: 1, ignore: 1, babble: 1 },
              tokens: { from: 1, to: 12 },
            }),
          ],
        },
      ),
  },
  {
    name: 'shared by tenants',
    weight: 1,
    shows: ['answered:coalesced', 'answered:cache', 'completed'],
    plan: (dice) => herds(dice, { prompts: dice.between(1, 2), tenants: dice.between(2, 6), reworded: 0.2 }, {}),
  },
  {
    name: 'near-duplicates',
    weight: 1,
    shows: ['answered:near_duplicate', 'answered:coalesced', 'handed_over'],
    plan: (dice) =>
      herds(
        dice,
        { ...FICKLE, reworded: 0.6, tenants: dice.pick([0, 2]) },
        { values: { semantic_dedup: { similarity_threshold: dice.pick([1, 3, 7]), window_secs: 1 } } },
      ),
  },
  {
    name: 'kept answers',
    weight: 1,
    // Calls are not shared here: many at once make many calls, one after the other does not.
    shows: ['answered:cache', 'completed'],
    plan: (dice) =>
      herds(
        dice,
        { uncached: 0.1, tenants: dice.pick([0, 2]) },
        {
          values: {
            deduplication: { enabled: false },
            cache: { enabled: true, max_entries: dice.pick([1, 3, 100]), default_ttl_s: dice.pick([0.1, 300]) },
          },
          deeds: flushes(dice),
        },
      ),
  },
  {
    name: 'shared and stopped',
    weight: 1,
    shows: ['failed:interrupted', 'shed:draining', 'answered:coalesced'],
    plan: (dice) =>
      herds(dice, FICKLE, {
        fleet: [provider(dice, { firstToken: lognormal(100, 0.8), conduct: { answer: 5, hang: 1 } })],
        deeds: drains(dice),
      }),
  },
  {
    name: 'shared and reloaded',
    weight: 1,
    shows: ['apply', 'answered:coalesced', 'hook:wait'],
    plan: (dice) =>
      herds(
        dice,
        { ...FICKLE, sessions: 5, records: { share: dice.pick([0, 0.2]), ms: fixed(10), failing: 0.1 } },
        {
          deeds: [
            ...reloads(dice),
            ...(dice.chance(0.6) ? hooks(dice, 2, { pass: 4, wait: 2, refuse: 1, throw: 1 }) : []),
          ],
          store: dice.chance(0.3) ? { ms: lognormal(5, 1), failing: 0.05 } : null,
        },
      ),
  },
];
