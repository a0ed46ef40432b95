import { type Dice, lognormal, uniform } from '../dice.ts';
import type { Scenario } from '../plan.ts';
import { burst, client, poisson, provider, world } from './base.ts';
import { resilience } from './resilience.ts';

const MIXED = {
  deadlines: { share: 0.3, ms: lognormal(600, 1) },
  cancels: { share: 0.2, by: { call: 1, signal: 1, 'aborted before': 1 }, afterMs: uniform(0, 300) },
  sessions: 3,
};

/** Budgets, rates and money that are used up within the seconds of a simulation. */
const values = (dice: Dice): object => ({
  resilience: resilience(dice),
  providers: { alpha: { kind: 'echo', input_per_1k: dice.pick([0, 1]), output_per_1k: 2 } },
  token_budget: {
    max_tokens_per_period: dice.pick([0, 100, 1000]),
    period_s: dice.between(1, 5),
    max_tokens_per_session: dice.pick([0, 300]),
    max_spend_usd: dice.pick([0, 0.3, 1]),
  },
  rate_limits: {
    enabled: dice.chance(0.7),
    requests_per_second: dice.between(5, 40),
    burst_capacity: dice.between(1, 10),
    ...(dice.chance(0.5) ? { per_session: dice.between(3, 20) } : {}),
  },
});

/** Who gets in when tokens, turns and money are short, whatever becomes of those who did: fault 49. */
export const ADMISSION: readonly Scenario[] = [
  {
    name: 'admission',
    weight: 3,
    shows: ['limited:rate_limited', 'limited:token_budget_exceeded', 'limited:spend_limit_reached', 'completed'],
    plan: (dice) =>
      world(
        dice,
        { timeoutMs: 500, values: values(dice) },
        {
          fleet: [
            provider(dice, {
              conduct: { answer: 6, refuse: 1, cut: 1, break: 1, hang: 1, reject: 1, throw: 1, chatter: 1 },
              manners: { stop: 2, linger: 1, ignore: 1, babble: 1 },
            }),
          ],
          clients: [client('a', poisson(150, 25), MIXED)],
        },
      ),
  },
  {
    name: 'caps',
    weight: 2,
    shows: ['limited:token_budget_exceeded', 'limited:spend_limit_reached', 'completed', 'cancelled:cancelled'],
    plan: (dice) =>
      world(
        dice,
        {
          workers: dice.between(1, 30),
          values: {
            // Longer than any answer: what a request takes is what it was estimated at, or less.
            stages: { inference: { max_tokens: 12 } },
            resilience: { retry_attempts: 1 },
            providers: { alpha: { kind: 'echo', input_per_1k: 1, output_per_1k: 2 } },
            token_budget: {
              max_tokens_per_period: dice.pick([0, 30, 150]),
              period_s: 1,
              ...(dice.chance(0.7) ? { max_spend_usd: dice.pick([0.05, 0.1, 0.3]) } : {}),
            },
          },
        },
        {
          fleet: [
            provider(dice, {
              conduct: { answer: 8, refuse: 1, cut: 1, hang: dice.pick([0, 1]), 'at once': 1 },
              manners: { stop: 2, linger: 1, babble: 1 },
              usage: { missing: 1 },
            }),
          ],
          clients: [client('all at once', burst(30, 10), MIXED), client('more', poisson(30, 20, 30), MIXED)],
        },
      ),
  },
];
