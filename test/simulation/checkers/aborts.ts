import type { CheckerDefinition } from '../checker.ts';

/** Who is told of an end leaves no provider at work that does not know of it. */
export const aborts: CheckerDefinition = {
  name: 'aborts',
  watch: (_scene, fail) => ({
    told({ request, calls }, { status }) {
      const unaware = calls.find(({ saidByEnd, aborted }) => saidByEnd === null && !aborted);
      if (unaware !== undefined) fail(`${request.id} is ${status}, and ${unaware.provider} was not told`);
    },
  }),
};
