import { type Dice, fixed, lognormal, uniform } from '../dice.ts';
import type { Arrivals, ClientPlan, Plan, ProviderPlan } from '../plan.ts';
import { merged } from '../values.ts';

/** Parts that scenarios are made of: a world without surprises, to be changed where a scenario is about something. */

export const provider = (dice: Dice, changes: Partial<ProviderPlan> = {}): ProviderPlan => ({
  name: 'alpha',
  firstToken: lognormal(dice.between(5, 80), 0.5),
  gap: uniform(0, 15),
  tokens: { from: 0, to: 8 },
  conduct: { answer: 1 },
  spells: [],
  manners: { stop: 1 },
  usage: { counted: 3, missing: 1 },
  retryAfter: null,
  ...changes,
});

export const client = (name: string, arrivals: Arrivals, changes: Partial<ClientPlan> = {}): ClientPlan => ({
  name,
  arrivals,
  priorities: { unsaid: 1 },
  deadlines: { share: 0, ms: fixed(0) },
  cancels: { share: 0, by: { call: 1 }, afterMs: fixed(0) },
  reactions: { listen: 1 },
  firstPieces: { listen: 1 },
  chain: 0,
  ways: { callback: 3, handle: 1, 'late reader': 1 },
  sessions: 0,
  prompts: 0,
  tenants: 0,
  uncached: 0,
  reworded: 0,
  attacks: 0,
  records: { share: 0, ms: fixed(0), failing: 0 },
  ...changes,
});

export const burst = (count: number, at = 0): Arrivals => ({ kind: 'burst', at, count });
export const poisson = (count: number, meanMs: number, from = 0): Arrivals => ({
  kind: 'poisson',
  from,
  count,
  meanMs,
});

interface Sizes {
  readonly workers?: number;
  readonly timeoutMs?: number;
  /** Of every queue. */
  readonly capacity?: number;
  /** What else is configured. */
  readonly values?: object;
}

/** A small engine in front of one provider. */
export function world(
  dice: Dice,
  { workers = dice.between(1, 6), timeoutMs = 3000, capacity = dice.between(2, 40), values = {} }: Sizes,
  parts: Pick<Plan, 'clients'> & Partial<Plan>,
): Plan {
  const queue = { channel_capacity: capacity };
  return {
    fleet: [provider(dice)],
    deeds: [],
    store: null,
    config: merged(
      {
        stages: {
          rag: queue,
          assemble: queue,
          inference: { ...queue, inference_workers: workers, timeout_ms: timeoutMs },
          post_process: queue,
          stream: queue,
        },
        // An engine with a guard takes twice as long to make as a simulation to run.
        guard: { enabled: dice.chance(0.05), mode: 'block' },
        // What is reused is no call: a scenario that is about that turns it on.
        deduplication: { enabled: false },
        dead_letters: { capacity: dice.pick([5, 1000]) },
      },
      values,
    ) as Plan['config'],
    ...parts,
  };
}
