import { OUTCOME_STATUSES } from '../../../src/core/outcome.ts';
import type { CheckerDefinition } from '../checker.ts';

/** submitted = outcomes + in flight whenever anybody looks, and each number is what the callers know themselves. */
export const sums: CheckerDefinition = {
  name: 'sums',
  watch: (scene, fail) => ({
    looked({ totals, dead_letters: { replay } }, exact, quiet) {
      const outcomes = OUTCOME_STATUSES.reduce((sum, status) => sum + totals[status], 0);
      if (totals.submitted !== outcomes + totals.in_flight) {
        fail(`${totals.submitted} submitted, but ${outcomes} outcomes and ${totals.in_flight} in flight`);
      }
      // What is sent again has nobody who could be asked; its numbers agree when nothing is on its way between them.
      if (scene.replays && !quiet) return;
      const sent = scene.sent.length + replay.in_flight + replay.succeeded + replay.failed;
      // A letter that is in hand may still wait to be claimed, or could not be.
      const agree = scene.database === null ? totals.submitted === sent : totals.submitted <= sent;
      if (!agree) fail(`${totals.submitted} submitted of ${sent} sent`);
      // An end that leaves a letter counts once that is written, and as another when it cannot be.
      if (!exact || (scene.database !== null && (replay.in_flight > 0 || scene.plan.store!.failing > 0))) return;
      for (const status of OUTCOME_STATUSES) {
        const told = scene.outcomes[status] + (status === 'completed' ? replay.succeeded : 0);
        if (totals[status] !== told) fail(`${totals[status]} ${status}, but ${told} callers were told so`);
      }
    },
  }),
};
