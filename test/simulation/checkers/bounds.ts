import { STAGES } from '../../../src/pipeline/stages.ts';
import type { CheckerDefinition } from '../checker.ts';

/** Every queue keeps to its capacity, every stage to its limit, and no more calls are open than there are workers. */
export const bounds: CheckerDefinition = {
  name: 'bounds',
  watch(scene, fail) {
    const { inference_workers: workers } = scene.plan.config.stages.inference;
    const { policy } = scene.config.routing;
    // Each of them asks two, or all.
    const beside = policy === 'hedge' ? 2 : policy === 'tournament' ? scene.plan.fleet.length : 1;
    return {
      called() {
        const open = scene.counted.length;
        if (open > workers * beside) fail(`${open} calls are open, there are ${workers} workers`);
      },
      looked({ stages, dead_letters }) {
        for (const name of STAGES) {
          const { depth, capacity, busy, limit } = stages[name];
          if (depth < 0 || depth > capacity) fail(`${depth} wait for ${name}, where ${capacity} may`);
          if (busy < 0 || busy > limit) fail(`${busy} are in ${name}, where ${limit} may`);
        }
        if (dead_letters.depth > dead_letters.capacity) fail(`${dead_letters.depth} letters in the ring`);
      },
    };
  },
};
