import { OUTCOME_STATUSES, type OutcomeStatus } from '../core/outcome.ts';

/** Requests by outcome since the start or the last reset. */
export type Totals = { submitted: number; in_flight: number } & Record<OutcomeStatus, number>;

/** What the pipeline counts by itself: requests that came, and those of them that went straight through. */
interface Counted {
  readonly submitted: number;
  readonly straight: number;
}

/** Counts every request in once and out once: submitted = outcomes + in flight, at all times (capability A9). */
export class Counters implements Record<OutcomeStatus, number> {
  blocked = 0;
  limited = 0;
  shed = 0;
  expired = 0;
  failed = 0;
  cancelled = 0;
  private readonly counted: Counted;
  /** What had been counted at the latest reset. */
  private submittedBefore = 0;
  private straightBefore = 0;
  /** Completed otherwise than straight through. */
  private stepwise = 0;

  constructor(counted: Counted) {
    this.counted = counted;
  }

  get submitted(): number {
    return this.counted.submitted - this.submittedBefore;
  }

  get completed(): number {
    return this.counted.straight - this.straightBefore + this.stepwise;
  }

  /** Requests that have ended: summed up when asked for, so that an ending counts once. */
  get settled(): number {
    return OUTCOME_STATUSES.reduce((sum, status) => sum + this[status], 0);
  }

  get inFlight(): number {
    return this.submitted - this.settled;
  }

  settle(status: OutcomeStatus): void {
    if (status === 'completed') this.stepwise++;
    else this[status]++;
  }

  /** Starts counting anew; what is in flight stays counted. */
  reset(): void {
    this.submittedBefore = this.counted.submitted - this.inFlight;
    this.straightBefore = this.counted.straight;
    this.stepwise = 0;
    for (const status of OUTCOME_STATUSES) if (status !== 'completed') this[status] = 0;
  }

  read(): Totals {
    const { submitted, inFlight, completed, blocked, limited, shed, expired, failed, cancelled } = this;
    return { submitted, in_flight: inFlight, completed, blocked, limited, shed, expired, failed, cancelled };
  }
}
