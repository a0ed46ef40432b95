import { OUTCOME_STATUSES, type OutcomeStatus } from '../../../src/core/outcome.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';

export interface ThroughputModel {
  readonly perSecond: number;
  /** Outcomes in each of the last 60 seconds, oldest first. */
  readonly history: readonly number[];
  readonly submitted: number;
  readonly inFlight: number;
  /** How requests have ended; those that none has ended with are left out. */
  readonly outcomes: readonly { readonly status: OutcomeStatus; readonly times: number }[];
}

export function throughputModel({ throughput, totals }: Snapshot): ThroughputModel {
  return {
    perSecond: throughput.per_s,
    history: throughput.history,
    submitted: totals.submitted,
    inFlight: totals.in_flight,
    outcomes: OUTCOME_STATUSES.map((status) => ({ status, times: totals[status] })).filter(({ times }) => times > 0),
  };
}
