import { OUTCOME_STATUSES } from '../../../src/core/outcome.ts';
import type { CheckerDefinition } from '../checker.ts';

/** submitted = outcomes + in flight whenever anybody looks, and each number is what the callers know themselves. */
export const sums: CheckerDefinition = {
  name: 'sums',
  watch: (scene, fail) => ({
    looked({ totals }, exact) {
      const outcomes = OUTCOME_STATUSES.reduce((sum, status) => sum + totals[status], 0);
      if (totals.submitted !== outcomes + totals.in_flight) {
        fail(`${totals.submitted} submitted, but ${outcomes} outcomes and ${totals.in_flight} in flight`);
      }
      if (totals.submitted !== scene.sent.length) fail(`${totals.submitted} submitted of ${scene.sent.length} sent`);
      if (!exact) return;
      for (const status of OUTCOME_STATUSES) {
        const told = scene.outcomes[status];
        if (totals[status] !== told) fail(`${totals[status]} ${status}, but ${told} callers were told so`);
      }
    },
  }),
};
