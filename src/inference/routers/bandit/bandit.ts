import { verdictOf } from '../../layers/breaker/verdict.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import type { RouterDefinition } from '../router.ts';
import { EpsilonGreedy } from './epsilon-greedy.ts';

/** The latency that halves the reward when `sla_ms` does not say, milliseconds. */
const HALF_MS = 1000;

/** 0 for a failure; for an answer the nearer to 1 the faster it came, ½ after `halfMs`. */
export const rewardOf = (ok: boolean, ms: number, halfMs: number): number => (ok ? halfMs / (halfMs + ms) : 0);

export const bandit: RouterDefinition = {
  name: 'bandit',
  summary: 'whoever earned the best reward so far (answers, and fast); with probability `epsilon` any',
  create(parts) {
    const { settings, random, candidates } = parts;
    const greedy = new EpsilonGreedy<string>(settings.epsilon, random);
    const halfMs = settings.slaMs ?? HALF_MS;
    const named = new Map(candidates.map((candidate) => [candidate.provider.name, candidate]));
    const busy = (name: string): boolean => named.get(name)!.record.inFlight > 0;
    return {
      route: oneAtATime(parts, (ready) => {
        const { key, explores } = greedy.pick(
          ready.map(({ provider }) => provider.name),
          busy,
        );
        const reward = greedy.mean(key).toFixed(3);
        return { candidate: named.get(key)!, why: explores ? 'explored' : `best reward so far, ${reward}` };
      }),
      learn({ attempt: { error }, provider, startedAt, endedAt }) {
        // What the caller did, or the request was, says nothing about the arm.
        if (error !== null && verdictOf(error.code) !== 'failure' && verdictOf(error.code) !== 'limited') return;
        greedy.record(provider, rewardOf(error === null, endedAt - startedAt, halfMs));
      },
      picture: () => ({
        explored: greedy.explored,
        rewards: Object.fromEntries(
          [...named.keys()].map((name) => [name, Math.round(greedy.mean(name) * 1000) / 1000]),
        ),
      }),
    };
  },
};
