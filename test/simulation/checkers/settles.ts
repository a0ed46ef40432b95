import type { CheckerDefinition } from '../checker.ts';

/** Nobody waits for ever. That a simulation comes to rest at all is checked where it is played. */
export const settles: CheckerDefinition = {
  name: 'settles',
  watch: (scene, fail) => ({
    atRest() {
      for (const { request } of scene.waiting) fail(`${request.id} was never told`);
    },
  }),
};
