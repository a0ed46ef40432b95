import { oneAtATime } from '../one-at-a-time.ts';
import type { RouterDefinition } from '../router.ts';
import { Rotation } from './rotation.ts';

export const roundRobin: RouterDefinition = {
  name: 'round_robin',
  summary: 'each in turn',
  create(parts) {
    const rotation = new Rotation(parts.candidates);
    return { route: oneAtATime(parts, (ready) => ({ candidate: rotation.pick(ready), why: 'its turn' })) };
  },
};
