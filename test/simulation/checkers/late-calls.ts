import type { CheckerDefinition } from '../checker.ts';

/** A provider is not asked for what nobody can use or may have: an expired, refused, cancelled or settled request, a stopped engine. */
export const lateCalls: CheckerDefinition = {
  name: 'late calls',
  watch: (scene, fail) => ({
    called({ sent, provider }) {
      const { request, told, deadlineAt, signal, job } = sent;
      const now = scene.clock.now();
      if (now >= deadlineAt) fail(`${request.id} was sent ${(now - deadlineAt).toFixed(1)} ms after its deadline`);
      if (told !== null) fail(`${request.id} was sent although its caller knows it as ${told.status}`);
      if (job !== null && job.ended !== null) fail(`${request.id} was sent after it had ended`);
      if (signal?.aborted === true) fail(`${request.id} was sent after its caller had aborted it`);
      if (scene.closed.has(provider)) fail(`${request.id} was sent to ${provider}, which was closed`);
    },
    told({ request, calls }, { status }) {
      if ((status === 'blocked' || status === 'limited') && calls.length > 0)
        fail(`${request.id} is ${status} and was sent`);
    },
  }),
};
