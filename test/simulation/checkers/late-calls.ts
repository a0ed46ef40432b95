import type { CheckerDefinition } from '../checker.ts';
import type { Sent } from '../scene.ts';

function uselessFor({ told, deadlineAt, signal, job }: Sent, now: number): string | null {
  if (now >= deadlineAt) return `${(now - deadlineAt).toFixed(1)} ms after its deadline`;
  if (told !== null) return `although its caller knows it as ${told.status}`;
  if (job !== null && job.ended !== null) return 'after it had ended';
  if (signal?.aborted === true) return 'after its caller had aborted it';
  return null;
}

/** A provider is not asked for what nobody can use or may have: an expired, refused, cancelled or settled request, a stopped engine. */
export const lateCalls: CheckerDefinition = {
  name: 'late calls',
  watch: (scene, fail) => ({
    called({ sent, provider }) {
      const { request } = sent;
      // One of those who ask the same is enough.
      const reasons = scene.whoAsk(sent).map((asking) => uselessFor(asking, scene.clock.now()));
      if (!reasons.includes(null) && !scene.sharedByLetter(sent)) fail(`${request.id} was sent ${reasons[0]}`);
      if (scene.closed.has(provider)) fail(`${request.id} was sent to ${provider}, which was closed`);
    },
    told({ request, calls }, { status }) {
      if ((status === 'blocked' || status === 'limited') && calls.length > 0)
        fail(`${request.id} is ${status} and was sent`);
    },
  }),
};
