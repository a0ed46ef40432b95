import { bimodal, fixed, lognormal, uniform } from '../dice.ts';
import type { Scenario } from '../plan.ts';
import { burst, client, poisson, provider, world } from './base.ts';

/** What comes, how much of it and how urgent: the providers behave. */
export const LOAD: readonly Scenario[] = [
  {
    name: 'calm',
    weight: 1,
    shows: ['completed', 'watched'],
    plan: (dice) =>
      world(
        dice,
        {},
        {
          clients: [client('a', poisson(80, 60))],
          deeds: [{ at: dice.between(0, 1000), do: 'watch', untilMs: dice.between(1500, 8000) }],
        },
      ),
  },
  {
    name: 'too much',
    weight: 2,
    shows: ['shed:queue_full', 'expired:deadline_exceeded'],
    plan: (dice) =>
      world(
        dice,
        { capacity: dice.between(1, 8) },
        {
          clients: [
            client('burst', burst(dice.between(40, 120), dice.between(0, 300))),
            client('steady', poisson(60, 15), { deadlines: { share: 0.3, ms: uniform(5, 400) } }),
          ],
        },
      ),
  },
  {
    name: 'priorities',
    weight: 2,
    shows: ['completed'],
    plan: (dice) =>
      world(
        dice,
        { workers: dice.between(1, 2), capacity: 60 },
        {
          // Long enough for the ageing to matter.
          fleet: [provider(dice, { firstToken: bimodal(150, 900, 0.2), gap: fixed(1) })],
          clients: [
            client('mixed', poisson(100, dice.between(20, 300)), {
              priorities: { critical: 1, high: 2, unsaid: 2, normal: 2, low: 4 },
            }),
            client('low', burst(20), { priorities: { low: 1 } }),
          ],
        },
      ),
  },
  {
    name: 'herd',
    weight: 1,
    shows: ['completed', 'cancelled:cancelled'],
    plan: (dice) =>
      world(
        dice,
        { workers: 8, capacity: 200 },
        {
          clients: [
            client('herd', burst(150, 20), { prompts: dice.between(1, 4), sessions: 10 }),
            client('echo', poisson(40, 20), {
              prompts: 4,
              cancels: { share: 0.4, by: { call: 1 }, afterMs: uniform(0, 80) },
            }),
          ],
        },
      ),
  },
  {
    name: 'flood',
    weight: 1,
    shows: ['called:at_once', 'hook:work', 'completed'],
    plan: (dice) =>
      world(
        dice,
        {},
        {
          fleet: [provider(dice, { conduct: { 'at once': 20, answer: 1 }, firstToken: lognormal(5, 1) })],
          clients: [
            client('flood', burst(dice.between(150, 250), 10), { ways: { callback: 1 } }),
            client('trickle', poisson(30, 3), { deadlines: { share: 0.5, ms: uniform(1, 60) } }),
          ],
          deeds: [
            {
              at: 5,
              do: 'hook',
              position: dice.pick(['before:rag', 'after:assemble', 'before:inference', 'after:stream']),
              conduct: { pass: 4, work: 1 },
              ms: uniform(0, 0.6),
              untilMs: 400,
            },
          ],
        },
      ),
  },
];
