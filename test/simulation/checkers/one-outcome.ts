import type { CheckerDefinition } from '../checker.ts';

/** Each request has exactly one outcome, its caller hears of it once, and it stays as it was told. */
export const oneOutcome: CheckerDefinition = {
  name: 'one outcome',
  watch: (scene, fail) => ({
    told(sent, outcome) {
      const { id } = sent.request;
      if (sent.timesTold > 1) fail(`${id} was told ${sent.timesTold} times`);
      if (outcome.request !== sent.request) fail(`${id} was told the outcome of ${outcome.request.id}`);
      if (outcome.status === 'cancelled' && !sent.takenBack) fail(`${id} is cancelled, and nobody has taken it back`);
      if ((outcome.error === null) !== (outcome.status === 'completed')) {
        fail(`${id} is ${outcome.status} with the error ${outcome.error?.code ?? 'none'}`);
      }
    },
    atRest() {
      for (const { request, told, job } of scene.sent) {
        if (told === null || job === null) continue;
        if (job.status !== told.status) fail(`${request.id} was ${told.status} when it was told, and is ${job.status}`);
      }
    },
  }),
};
