import type { Candidate } from '../../candidate.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import type { RouterDefinition } from '../router.ts';

/** In order of preference: the smallest `priority` first, equals as they are configured. */
export const inOrder = <Key>(keys: readonly Key[], priorityOf: (key: Key) => number): readonly Key[] =>
  keys.toSorted((a, b) => priorityOf(a) - priorityOf(b));

const priorityOf = ({ settings }: Candidate): number => settings.priority ?? 0;

export const cascade: RouterDefinition = {
  name: 'cascade',
  summary: 'the one with the smallest `priority`; the next when it fails or is out',
  create: (parts) => ({
    route: oneAtATime(parts, (ready) => {
      const candidate = inOrder(ready, priorityOf)[0]!;
      return { candidate, why: `first in order that is ready, priority ${priorityOf(candidate)}` };
    }),
  }),
};
