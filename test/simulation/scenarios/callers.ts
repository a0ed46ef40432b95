import { fixed, lognormal, uniform } from '../dice.ts';
import type { Scenario } from '../plan.ts';
import { burst, client, poisson, provider, world } from './base.ts';

/** What callers do: hurry, change their minds, submit from callbacks, throw. */
export const CALLERS: readonly Scenario[] = [
  {
    name: 'deadlines',
    weight: 2,
    shows: ['expired:deadline_exceeded', 'aborted:ignore', 'aborted:linger'],
    plan: (dice) =>
      world(
        dice,
        {},
        {
          fleet: [provider(dice, { firstToken: lognormal(60, 1), manners: { stop: 3, linger: 2, ignore: 1 } })],
          clients: [
            client('hurried', poisson(120, 15), { deadlines: { share: 0.8, ms: lognormal(120, 1) } }),
            // Longer than a timer can wait, and many turns of the wheel.
            client('patient', poisson(10, 100), { deadlines: { share: 1, ms: fixed(2 ** 31 + 5) } }),
          ],
        },
      ),
  },
  {
    name: 'cancels',
    weight: 2,
    shows: ['cancelled:cancelled', 'cancel:signal', 'aborted:babble', 'record_failed'],
    plan: (dice) =>
      world(
        dice,
        {},
        {
          fleet: [provider(dice, { manners: { stop: 4, linger: 2, ignore: 1, babble: 2 } })],
          clients: [
            client('fickle', poisson(120, 12), {
              // Before it runs, while it does, and after it has ended.
              cancels: { share: 0.6, by: { call: 3, signal: 3, 'aborted before': 1 }, afterMs: lognormal(60, 1.5) },
              deadlines: { share: 0.2, ms: uniform(1, 300) },
              records: { share: 0.2, ms: uniform(0, 40), failing: 0.1 },
            }),
          ],
        },
      ),
  },
  {
    name: 'callbacks',
    weight: 2,
    shows: ['callback_failed', 'expired:deadline_exceeded', 'cancelled:cancelled'],
    plan: (dice) =>
      world(
        dice,
        {},
        {
          fleet: [provider(dice, { conduct: { answer: 2, 'at once': 3, refuse: 1, throw: 1, chatter: 1 } })],
          clients: [
            client('eager', poisson(30, 30), {
              reactions: { listen: 1, throw: 1, submit: 3, 'submit two': 2, 'submit dead': 1, 'cancel another': 1 },
              firstPieces: { listen: 3, throw: 1, submit: 1, cancel: 1 },
              chain: dice.between(1, 4),
              ways: { callback: 3, 'late reader': 1 },
              deadlines: { share: 0.2, ms: uniform(0, 200) },
            }),
          ],
        },
      ),
  },
  {
    name: 'attacks',
    weight: 0.5,
    shows: ['blocked:prompt_blocked', 'completed'],
    plan: (dice) =>
      world(
        dice,
        { values: { guard: { enabled: true } } },
        {
          clients: [
            client('a', poisson(100, 15), {
              attacks: 0.3,
              deadlines: { share: 0.2, ms: uniform(0, 300) },
              cancels: { share: 0.2, by: { call: 1, signal: 1, 'aborted before': 1 }, afterMs: uniform(0, 100) },
              records: { share: 0.2, ms: uniform(0, 40), failing: 0.1 },
              reactions: { listen: 3, submit: 1, throw: 1 },
              chain: 2,
              ways: { callback: 1 },
            }),
          ],
        },
      ),
  },
  {
    name: 'nesting',
    weight: 4,
    shows: ['callback_failed', 'called:at_once', 'nested_deeply'],
    plan: (dice) =>
      world(
        dice,
        { capacity: dice.between(1, 100) },
        {
          // Deep enough for callbacks to be put off to the next turn.
          fleet: [provider(dice, { conduct: { 'at once': 60, throw: 2, answer: 1 } })],
          clients: [
            client('deep', burst(2), {
              reactions: { submit: 100, 'submit dead': 20, throw: 1 },
              chain: 150,
              ways: { callback: 1 },
            }),
          ],
        },
      ),
  },
];
