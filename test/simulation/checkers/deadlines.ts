import type { CheckerDefinition } from '../checker.ts';

/** A caller is told this long after its deadline at the latest. */
const GRACE_MS = 50;

/** Nobody is unsettled after deadline + 50 ms, and nobody expires before the deadline. */
export const deadlines: CheckerDefinition = {
  name: 'deadlines',
  watch: (scene, fail) => ({
    told(sent, outcome) {
      const { request, sentAt, deadlineAt, workedBefore, record } = sent;
      const { status, timing } = outcome;
      if (deadlineAt === Number.POSITIVE_INFINITY) {
        if (status === 'expired') fail(`${request.id} has no deadline and expired`);
        return;
      }
      // Where an outcome is written down first, it ends in time and is told when it is on disk. One without times has
      // ended as it was sent.
      const writes = record !== null || scene.plan.store !== null;
      const endedAt = writes ? sentAt + (timing?.totalMs ?? 0) : scene.clock.now();
      // Nobody can look at the time while hooks keep the thread busy.
      const late = endedAt - deadlineAt - (scene.worked - workedBefore);
      if (late > GRACE_MS) fail(`${request.id} ended ${late.toFixed(1)} ms after its deadline`);
      if (status === 'expired' && endedAt < deadlineAt) {
        fail(`${request.id} expired ${(deadlineAt - endedAt).toFixed(1)} ms before its deadline`);
      }
    },
    looked() {
      if (scene.plan.store !== null) return;
      const now = scene.clock.now();
      for (const { request, deadlineAt, workedBefore, record } of scene.waiting) {
        if (record !== null) continue;
        if (now - deadlineAt - (scene.worked - workedBefore) > GRACE_MS) fail(`${request.id} is still not told`);
      }
    },
  }),
};
