import type { CheckerDefinition } from '../checker.ts';

/** Who is told of an end leaves no provider at work that does not know of it. */
export const aborts: CheckerDefinition = {
  name: 'aborts',
  watch: (scene, fail) => ({
    told(sent, { status }) {
      // A call that several wait for goes on until the last of them has left.
      if (scene.wanted(sent)) return;
      const { request } = sent;
      const calls = scene.whoAsk(sent).flatMap((other) => other.calls);
      // One that answers synchronously is over before anybody could tell it.
      const unaware = calls.find((call) => call.endedAt === null && !call.aborted && call.conduct !== 'at once');
      if (unaware !== undefined) fail(`${request.id} is ${status}, and ${unaware.provider} was not told`);
    },
  }),
};
