import type { Candidate } from '../../candidate.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import type { RouterDefinition } from '../router.ts';
import { SmoothWeighted } from './smooth-weighted.ts';

export const weighted: RouterDefinition = {
  name: 'weighted',
  summary: 'each in turn, as often as its `weight` says',
  create(parts) {
    const turns = new SmoothWeighted<Candidate>(({ settings }) => settings.weight ?? 1);
    return {
      route: oneAtATime(parts, (ready) => {
        const candidate = turns.pick(ready);
        return { candidate, why: `its turn, weight ${candidate.settings.weight ?? 1}` };
      }),
    };
  },
};
