import type { Candidate } from '../../candidate.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import { Rotation } from '../round-robin/rotation.ts';
import type { Pick, RouterDefinition } from '../router.ts';

/** The keys with the smallest load; loads are calls at work and waiting, divided by weights (nginx `least_conn`). */
export function leastLoaded<Key>(keys: readonly Key[], loadOf: (key: Key) => number): readonly Key[] {
  let least = Number.POSITIVE_INFINITY;
  let found: Key[] = [];
  for (const key of keys) {
    const load = loadOf(key);
    if (load < least) {
      least = load;
      found = [];
    }
    if (load === least) found.push(key);
  }
  return found;
}

const callsAt = ({ record, places }: Candidate): number => record.inFlight + (places?.waiting ?? 0);

/** Picks the least loaded; those that are equal take turns. */
export function leastLoadedPolicy(candidates: readonly Candidate[]): (ready: readonly Candidate[]) => Pick {
  const rotation = new Rotation(candidates);
  return (ready) => {
    const idle = leastLoaded(ready, (candidate) => callsAt(candidate) / (candidate.settings.weight ?? 1));
    const candidate = rotation.pick(idle);
    return { candidate, why: `least loaded, ${callsAt(candidate)} calls at work` };
  };
}

export const leastLoadedRouter: RouterDefinition = {
  name: 'least_loaded',
  summary: 'whoever has the fewest calls at work for its `weight`',
  create: (parts) => ({ route: oneAtATime(parts, leastLoadedPolicy(parts.candidates)) }),
};
