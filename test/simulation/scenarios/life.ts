import { HOOK_POSITIONS } from '../../../src/pipeline/hooks.ts';
import { type Dice, lognormal, uniform, type Weights } from '../dice.ts';
import type { Deed, HookConduct, Scenario } from '../plan.ts';
import { burst, client, poisson, provider, world } from './base.ts';

const HOUR_MS = 3_600_000;

/** Hooks at random positions for random times. */
export const hooks = (dice: Dice, count: number, conduct: Weights<HookConduct>): readonly Deed[] =>
  Array.from({ length: count }, () => {
    const at = dice.between(0, 800);
    const untilMs = at + dice.between(50, 2000);
    return {
      at,
      do: 'hook',
      position: dice.pick(HOOK_POSITIONS),
      conduct,
      ms: lognormal(dice.pick([2, 8, 60]), 1),
      untilMs,
    };
  });

export const clockJumps = (dice: Dice): readonly Deed[] =>
  Array.from({ length: dice.between(1, 4) }, () => ({
    at: dice.between(0, 2000),
    do: 'set the wall clock' as const,
    byMs: dice.pick([HOUR_MS, -HOUR_MS, 500, -500, 24 * HOUR_MS]),
  }));

export const drains = (dice: Dice): readonly Deed[] =>
  Array.from({ length: dice.between(1, 2) }, () => ({
    at: dice.between(100, 1500),
    do: 'drain' as const,
    graceMs: dice.pick([0, 1, 50, 500, 5000]),
  }));

export const reloads = (dice: Dice): readonly Deed[] =>
  Array.from({ length: dice.between(1, 4) }, () => ({
    at: dice.between(50, 1800),
    do: 'apply' as const,
    values: {
      stages: {
        assemble: { system: dice.pick(['Be brief.', 'Be kind.']) },
        inference: { timeout_ms: dice.between(50, 1000), max_tokens: dice.between(1, 100) },
      },
    },
  }));

const MIXED = {
  deadlines: { share: 0.3, ms: lognormal(200, 1) },
  cancels: { share: 0.15, by: { call: 1, signal: 1 }, afterMs: uniform(0, 300) },
};

/** What happens to the engine itself: hooks, jumps of the calendar, a slow disk, new configuration, its end. */
export const LIFE: readonly Scenario[] = [
  {
    name: 'hooks',
    weight: 2,
    shows: ['hook:wait', 'hook:shout', 'hook:refuse', 'failed:plugin_failed'],
    plan: (dice) =>
      world(
        dice,
        { timeoutMs: 500 },
        {
          fleet: [provider(dice, { conduct: { answer: 5, 'at once': 3, chatter: 2 } })],
          clients: [
            client('a', poisson(100, 20), MIXED),
            client('hurried', burst(40, dice.between(300, 900)), { deadlines: { share: 0.5, ms: uniform(1, 40) } }),
          ],
          deeds: hooks(dice, dice.between(1, 5), {
            pass: 6,
            abort: 1,
            wait: 4,
            work: 1,
            refuse: 1,
            throw: 1,
            submit: 1,
            // The engine before and after such hooks is compared letter by letter, so they come alone.
            ...(dice.chance(0.3) ? { shout: 4 } : {}),
          }),
        },
      ),
  },
  {
    name: 'calendar jumps',
    weight: 1,
    shows: ['set_the_wall_clock', 'expired:deadline_exceeded'],
    plan: (dice) => world(dice, {}, { clients: [client('a', poisson(100, 20), MIXED)], deeds: clockJumps(dice) }),
  },
  {
    name: 'slow disk',
    weight: 2,
    shows: ['store.failed', 'record_failed', 'failed:storage_failed'],
    plan: (dice) =>
      world(
        dice,
        {},
        {
          fleet: [provider(dice, { conduct: { answer: 3, refuse: 1, cut: 1 } })],
          clients: [
            client('a', poisson(100, 15), { ...MIXED, records: { share: 0.4, ms: lognormal(10, 1), failing: 0.1 } }),
          ],
          store: { ms: lognormal(10, 1), failing: dice.pick([0, 0.05, 0.5]) },
        },
      ),
  },
  {
    name: 'dead letters again',
    weight: 2,
    shows: ['sent_again', 'buried:shed', 'buried:expired', 'buried:failed', 'set_the_wall_clock', 'drain'],
    plan(dice) {
      const spells = [{ from: 0, to: dice.between(500, 20_000), conduct: { refuse: 3, cut: 1, hang: 1 } }];
      return world(
        dice,
        {
          timeoutMs: 1000,
          capacity: dice.between(2, 10),
          values: {
            dead_letters: {
              auto_replay: true,
              capacity: dice.pick([5, 1000]),
              max_deaths: dice.between(1, 6),
              max_age_s: dice.pick([1, 5, 3600]),
            },
            resilience: { circuit_breaker_threshold: dice.pick([0, 5]), circuit_breaker_timeout_s: 1 },
          },
        },
        {
          fleet: [provider(dice, { spells, tokens: { from: 1, to: 4 }, conduct: { answer: 8, refuse: 1 } })],
          clients: [
            client('flood', burst(30, 100), { deadlines: { share: 0.3, ms: uniform(5, 300) } }),
            client('a', poisson(30, 200), MIXED),
            // Long enough for a letter to be sent again and again.
            client('straggler', burst(1, dice.pick([10_000, 70_000]))),
          ],
          deeds: [
            ...(dice.chance(0.3) ? clockJumps(dice) : []),
            ...(dice.chance(0.2) ? [{ at: dice.between(1000, 9000), do: 'drain' as const, graceMs: 500 }] : []),
          ],
        },
      );
    },
  },
  {
    name: 'dead letters by hand',
    weight: 2,
    shows: ['sent_again', 'replayed', 'buried:failed', 'answered:cache', 'answered:coalesced', 'store.wrote'],
    plan(dice) {
      const spells = [{ from: 0, to: dice.between(500, 6000), conduct: { refuse: 3, cut: 1, hang: 1 } }];
      return world(
        dice,
        {
          timeoutMs: 1000,
          capacity: dice.between(2, 20),
          values: {
            dead_letters: { auto_replay: dice.chance(0.5), capacity: 1000 },
            deduplication: { enabled: dice.chance(0.6) },
            resilience: { circuit_breaker_threshold: 0, retry_attempts: dice.between(1, 2) },
          },
        },
        {
          fleet: [provider(dice, { spells, tokens: { from: 1, to: 4 }, conduct: { answer: 8, refuse: 1 } })],
          clients: [
            client('flood', burst(30, 100), { prompts: dice.pick([0, 5]), sessions: 3 }),
            client('a', poisson(40, 150), { ...MIXED, prompts: dice.pick([0, 10]) }),
            client('straggler', burst(1, 12_000)),
          ],
          deeds: [
            ...Array.from({ length: dice.between(1, 4) }, () => ({
              at: dice.between(200, 9000),
              do: 'replay' as const,
              ...(dice.chance(0.3) ? { session: `flood-${dice.between(1, 3)}` } : {}),
            })),
            ...(dice.chance(0.2) ? [{ at: dice.between(1000, 9000), do: 'drain' as const, graceMs: 500 }] : []),
          ],
          store: dice.chance(0.7) ? { ms: lognormal(3, 1), failing: dice.pick([0, 0, 0.05]), remembers: true } : null,
        },
      );
    },
  },
  {
    name: 'drain',
    weight: 2,
    shows: ['failed:interrupted', 'shed:draining'],
    plan: (dice) =>
      world(
        dice,
        {},
        {
          fleet: [provider(dice, { conduct: { answer: 6, hang: 1 }, manners: { stop: 3, ignore: 1 } })],
          clients: [
            client('a', poisson(100, 15), {
              ...MIXED,
              reactions: { listen: 60, submit: 30, drain: dice.pick([0, 1]) },
              chain: 2,
              ways: { callback: 1 },
            }),
            client('b', burst(20, 90), {
              records: { share: dice.pick([0, 0.5]), ms: uniform(0, 100), failing: 0.1 },
            }),
          ],
          deeds: drains(dice),
        },
      ),
  },
  {
    name: 'reload',
    weight: 1,
    shows: ['apply', 'failed:provider_timeout'],
    plan: (dice) =>
      world(
        dice,
        { timeoutMs: 400 },
        {
          fleet: [provider(dice, { conduct: { answer: 8, hang: 1 } })],
          clients: [client('a', poisson(120, 15), MIXED)],
          deeds: reloads(dice),
        },
      ),
  },
];
