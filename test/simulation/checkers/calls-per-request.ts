import type { CheckerDefinition } from '../checker.ts';

/** On average over so many requests or more, one may lead to so many calls when everything fails. */
const MOST_ON_AVERAGE = 1.2;
const FEWEST_REQUESTS = 1000;

/** Providers are not hammered: attempts are what was really called, and few when nothing helps. */
export const callsPerRequest: CheckerDefinition = {
  name: 'calls per request',
  watch: (scene, fail) => ({
    told(sent, outcome) {
      const { request, calls } = sent;
      if (outcome.attempts === calls.length) return;
      // Who has taken over the call of another tells of the attempts at that.
      const others = calls.length > 0 || outcome.source === 'cache' ? [] : scene.whoAsk(sent);
      if (others.some((other) => other.calls.length === outcome.attempts)) return;
      fail(`${request.id} tells of ${outcome.attempts} attempts; providers know of ${calls.length}`);
    },
    atRest() {
      const asked = scene.sent.filter(({ calls }) => calls.length > 0).length;
      if (asked < FEWEST_REQUESTS || scene.outcomes.completed > 0) return;
      const average = scene.calls.length / asked;
      if (average > MOST_ON_AVERAGE) fail(`${average.toFixed(2)} calls a request, and all of them failed`);
    },
  }),
};
