import { OUTCOME_STATUSES, type OutcomeStatus } from '../core/outcome.ts';

/** Requests by outcome since the start or the last reset. */
export type Totals = { submitted: number; in_flight: number } & Record<OutcomeStatus, number>;

/** Counts every request in once and out once: submitted = outcomes + in flight, at all times (capability A9). */
export class Counters {
  submitted = 0;
  readonly byStatus: Record<OutcomeStatus, number>;

  constructor() {
    this.byStatus = { completed: 0, blocked: 0, limited: 0, shed: 0, expired: 0, failed: 0, cancelled: 0 };
  }

  /** Requests that have ended: summed up when asked for, so that an ending counts once. */
  get settled(): number {
    const { completed, blocked, limited, shed, expired, failed, cancelled } = this.byStatus;
    return completed + blocked + limited + shed + expired + failed + cancelled;
  }

  get inFlight(): number {
    return this.submitted - this.settled;
  }

  settle(status: OutcomeStatus): void {
    // Nearly all of them, and a field that is named is found without looking its name up.
    if (status === 'completed') this.byStatus.completed++;
    else this.byStatus[status]++;
  }

  /** Starts counting anew; what is in flight stays counted. */
  reset(): void {
    this.submitted = this.inFlight;
    for (const status of OUTCOME_STATUSES) this.byStatus[status] = 0;
  }

  read(): Totals {
    return { submitted: this.submitted, in_flight: this.inFlight, ...this.byStatus };
  }
}
