import type { CheckerDefinition } from '../checker.ts';

/** Failed rounds of probes, and milliseconds without an answer, for which a provider is waited for. */
const ROUNDS = 3;
const LONGEST_MS = 600_000;
/** A call that was let in just before that may take its time. */
const GRACE_MS = 60_000;

/** A patient engine waits for providers to recover: no request fails for want of one too early, and none waits for ever. */
export const patience: CheckerDefinition = {
  name: 'patience',
  watch(scene, fail) {
    if (scene.plan.patient !== true) return {};
    const rounds = new Map<string, number>();
    let answeredAt = 0;
    const tripped = scene.plan.deeds.some((deed) => deed.do === 'trip');
    return {
      breakerChanged({ provider, failed_rounds }) {
        rounds.set(provider, failed_rounds);
      },
      ended({ error, aborted }) {
        if (error === null && !aborted) answeredAt = scene.clock.now();
      },
      told({ request, deadlineAt }, { error }) {
        const unserved = error?.code === 'no_provider_available' || error?.code === 'circuit_open';
        if (!unserved || tripped || deadlineAt !== Number.POSITIVE_INFINITY) return;
        const hope = scene.plan.fleet.find(({ name }) => (rounds.get(name) ?? 0) < ROUNDS);
        if (hope !== undefined) fail(`${request.id} is given up, and ${hope.name} has only begun to be probed`);
      },
      looked() {
        const now = scene.clock.now();
        for (const { request, sentAt } of scene.waiting) {
          const waits = now - Math.max(sentAt, answeredAt);
          if (waits > LONGEST_MS + GRACE_MS) fail(`${request.id} waits for ${Math.round(waits / 1000)} s`);
        }
      },
    };
  },
};
