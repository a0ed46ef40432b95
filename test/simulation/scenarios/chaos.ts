import { bimodal, lognormal, uniform } from '../dice.ts';
import type { Scenario } from '../plan.ts';
import { burst, client, poisson, provider, world } from './base.ts';
import { clockJumps, drains, hooks, reloads } from './life.ts';
import { resilience } from './resilience.ts';

/** Everything at once: what no single scenario leads to. */
export const chaos: Scenario = {
  name: 'chaos',
  weight: 5,
  shows: ['set_the_wall_clock', 'apply', 'drain', 'hook', 'store.failed', 'completed'],
  plan(dice) {
    const maybe = <Item>(share: number, item: () => readonly Item[]): readonly Item[] =>
      dice.chance(share) ? item() : [];
    const from = dice.between(0, 1000);
    return world(
      dice,
      {
        timeoutMs: dice.between(50, 2000),
        workers: dice.between(1, 12),
        capacity: dice.between(1, 30),
        values: dice.chance(0.6) ? { resilience: resilience(dice) } : {},
      },
      {
        fleet: [
          provider(dice, {
            firstToken: dice.pick([lognormal(30, 1), uniform(0, 100), bimodal(10, 600, 0.1)]),
            gap: dice.pick([uniform(0, 5), bimodal(5, 200, 0.1)]),
            conduct: {
              answer: 20,
              'at once': 3,
              refuse: 1,
              limit: 1,
              cut: 1,
              break: 1,
              hang: 1,
              throw: 1,
              reject: 1,
              chatter: 1,
            },
            spells: [{ from, to: from + dice.between(0, 1500), conduct: { refuse: 3, limit: 3, hang: 1, answer: 1 } }],
            manners: { stop: 4, linger: 1, ignore: 1, babble: 1 },
            usage: { counted: 2, missing: 1, nonsense: 1 },
            retryAfter: dice.pick([null, uniform(0, 2000)]),
          }),
        ],
        clients: [
          client('steady', poisson(80, dice.between(5, 40)), {
            priorities: { critical: 1, high: 1, unsaid: 3, low: 2 },
            deadlines: { share: 0.4, ms: lognormal(150, 1.2) },
            cancels: { share: 0.2, by: { call: 2, signal: 2, 'aborted before': 1 }, afterMs: lognormal(50, 1.5) },
            records: { share: 0.1, ms: lognormal(10, 1), failing: 0.1 },
            sessions: 5,
            firstPieces: { listen: 20, throw: 1, submit: 2, cancel: 2 },
            chain: 1,
          }),
          client('eager', burst(dice.between(0, 40), dice.between(0, 600)), {
            priorities: { critical: 1, normal: 1, low: 1 },
            reactions: {
              listen: 4,
              throw: 1,
              submit: 2,
              'submit two': 1,
              'submit dead': 1,
              'cancel another': 1,
              drain: dice.pick([0, 0.1]),
            },
            chain: 3,
            ways: { callback: 1 },
          }),
        ],
        deeds: [
          ...maybe(0.3, () => clockJumps(dice)),
          ...maybe(0.3, () => reloads(dice)),
          ...maybe(0.2, () => drains(dice)),
          ...maybe(0.3, () => [{ at: dice.between(0, 500), do: 'watch' as const, untilMs: dice.between(600, 3000) }]),
          ...maybe(0.3, () => hooks(dice, 2, { pass: 5, wait: 2, work: 1, refuse: 1, throw: 1, submit: 1 })),
        ],
        store: dice.chance(0.3) ? { ms: lognormal(5, 1), failing: 0.05 } : null,
      },
    );
  },
};
