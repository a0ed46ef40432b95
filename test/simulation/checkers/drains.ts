import type { CheckerDefinition } from '../checker.ts';

/** A drain is over this long after its time at the latest. */
const GRACE_MS = 50;

/** Who stops the engine waits no longer than it was given; only what is being written down is waited for. */
export const drains: CheckerDefinition = {
  name: 'drains',
  watch(scene, fail) {
    const { store, clients } = scene.plan;
    if (store !== null || clients.some(({ records }) => records.share > 0)) return {};
    return {
      drained(graceMs, tookMs) {
        if (tookMs > graceMs + GRACE_MS) fail(`a drain of ${graceMs} ms took ${tookMs.toFixed(1)} ms`);
      },
    };
  },
};
