import { bimodal, fixed, lognormal, uniform } from '../dice.ts';
import type { Scenario } from '../plan.ts';
import { burst, client, poisson, provider, world } from './base.ts';

const HURRIED = { deadlines: { share: 0.3, ms: lognormal(400, 1) } };
const FICKLE = { cancels: { share: 0.1, by: { call: 1, signal: 1 }, afterMs: uniform(0, 300) } };

/** What providers do: fail, limit, break off, hang, misbehave. */
export const PROVIDERS: readonly Scenario[] = [
  {
    name: 'outage',
    weight: 2,
    shows: ['failed:provider_unavailable', 'failed:provider_timeout'],
    plan(dice) {
      const from = dice.between(200, 1500);
      const spells = [{ from, to: from + dice.between(300, 4000), conduct: { refuse: 8, reject: 1, hang: 1 } }];
      return world(
        dice,
        { timeoutMs: 800 },
        {
          fleet: [provider(dice, { spells })],
          clients: [client('a', poisson(150, 30), { ...HURRIED, ...FICKLE })],
        },
      );
    },
  },
  {
    name: 'rate-limit storm',
    weight: 2,
    shows: ['failed:provider_rate_limited'],
    plan: (dice) =>
      world(
        dice,
        {},
        {
          fleet: [
            provider(dice, {
              conduct: { answer: 1, limit: dice.between(1, 4) },
              // Sensible, absurd, negative, or none at all.
              retryAfter: dice.pick([uniform(50, 3000), fixed(86_400_000), fixed(-5), null]),
            }),
          ],
          clients: [client('a', poisson(150, 15), HURRIED)],
        },
      ),
  },
  {
    name: 'cuts',
    weight: 2,
    shows: ['failed:provider_incomplete', 'failed:upstream_midstream', 'failed:provider_timeout'],
    plan: (dice) =>
      world(
        dice,
        { timeoutMs: 600 },
        {
          fleet: [provider(dice, { conduct: { answer: 3, cut: 2, break: 2, hang: 1 }, tokens: { from: 1, to: 20 } })],
          clients: [client('a', poisson(100, 20), { ...HURRIED, ...FICKLE })],
        },
      ),
  },
  {
    name: 'slow tokens',
    weight: 1,
    shows: ['failed:provider_timeout', 'token'],
    plan: (dice) =>
      world(
        dice,
        { timeoutMs: 1500 },
        {
          fleet: [provider(dice, { gap: bimodal(20, 400, 0.3), tokens: { from: 2, to: 12 } })],
          clients: [client('a', poisson(60, 60), { ...HURRIED, ...FICKLE })],
        },
      ),
  },
  {
    name: 'hangs',
    weight: 1,
    shows: ['failed:provider_timeout', 'aborted:ignore'],
    plan: (dice) =>
      world(
        dice,
        { timeoutMs: dice.between(100, 900) },
        {
          fleet: [provider(dice, { conduct: { answer: 2, hang: 1 }, manners: { stop: 2, linger: 1, ignore: 2 } })],
          clients: [client('a', poisson(80, 30), { ...HURRIED, ...FICKLE })],
        },
      ),
  },
  {
    name: 'bad manners',
    weight: 2,
    shows: ['aborted:babble', 'aborted:ignore', 'called:throw', 'called:reject'],
    plan: (dice) =>
      world(
        dice,
        { timeoutMs: 300 },
        {
          fleet: [
            provider(dice, {
              conduct: { answer: 3, chatter: 2, hang: 1, throw: 1, reject: 1 },
              manners: { linger: 1, ignore: 2, babble: 2 },
              usage: { counted: 1, missing: 1, nonsense: 2 },
              gap: uniform(0, 80),
            }),
          ],
          clients: [
            client('a', poisson(100, 20), {
              deadlines: { share: 0.5, ms: lognormal(150, 0.7) },
              cancels: { share: 0.3, by: { call: 1, signal: 1 }, afterMs: uniform(0, 200) },
            }),
          ],
        },
      ),
  },
  {
    name: 'all fails',
    weight: 1,
    shows: ['failed:provider_rate_limited', 'failed:provider_incomplete'],
    plan: (dice) =>
      world(
        dice,
        // With a breaker hardly any of them would be sent.
        { workers: 32, capacity: 1000, values: { resilience: { circuit_breaker_threshold: 0, retry_base_ms: 10 } } },
        {
          fleet: [
            provider(dice, {
              conduct: { refuse: 6, limit: 2, cut: 1, reject: 1, throw: 1 },
              firstToken: uniform(1, 10),
              tokens: { from: 0, to: 2 },
            }),
          ],
          clients: [client('a', poisson(1000, 2), { ways: { callback: 1 } }), client('b', burst(100, 50))],
        },
      ),
  },
];
