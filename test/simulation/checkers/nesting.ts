import type { CheckerDefinition } from '../checker.ts';

/** Callbacks that lead to callbacks nest so deep; what comes beyond waits until the stack has unwound. */
const DEEPEST = 64;

/** However callers chain their requests, the stack does not grow with it. */
export const nesting: CheckerDefinition = {
  name: 'nesting',
  watch: (scene, fail) => ({
    told({ request }) {
      if (scene.nested >= DEEPEST) fail(`${request.id} was told within ${scene.nested} other callbacks`);
    },
  }),
};
