import { STAGES } from '../../../src/pipeline/stages.ts';
import type { CheckerDefinition } from '../checker.ts';

/** Nobody waits while there is a free slot and room behind it: whatever frees one wakes the next. */
export const idleness: CheckerDefinition = {
  name: 'idleness',
  watch: (scene, fail) => ({
    looked({ stages }, _exact, quiet) {
      // What the loop gets to in its next turn is on its way.
      if (!quiet || scene.clock.turning) return;
      for (const [i, name] of STAGES.entries()) {
        const { depth, busy, limit } = stages[name];
        const next = STAGES[i + 1];
        const room = next === undefined || stages[next].depth + busy < stages[next].capacity;
        if (depth > 0 && busy < limit && room) fail(`${depth} wait for ${name}, where ${limit - busy} slots are free`);
      }
    },
  }),
};
