import type { Check, Delay } from '../admission/admission.ts';
import type { Clock } from '../core/clock.ts';
import type { Job } from '../core/job.ts';
import type { Settlement } from './settlement.ts';

/** What is behind the door. */
interface House {
  /** Those who wait for something. */
  readonly suspended: Set<Job>;
  start(job: Job): void;
}

/**
 * The entry: looks at every request before anything else does. One whose caller would rather wait than be refused stands
 * outside, in no queue, until its turn has come; it can expire, be cancelled or interrupted there.
 */
export class Door {
  private readonly check: Check;
  private readonly clock: Clock;
  private readonly settlement: Settlement;
  private readonly house: House;

  constructor(check: Check, clock: Clock, settlement: Settlement, house: House) {
    this.check = check;
    this.clock = clock;
    this.settlement = settlement;
    this.house = house;
  }

  /** Whether a request may come in now; if not, it has ended, or comes in by itself later. */
  passes(job: Job): boolean {
    const answer = this.check(job);
    if (answer === null) return true;
    if (answer.status === 'wait') this.wait(job, answer);
    else this.settlement.settle(job, answer.status, answer.error);
    return false;
  }

  private wait(job: Job, { waitMs, over }: Delay): void {
    if (!this.settlement.open(job)) return over(false);
    const leave = (came: boolean): void => {
      job.leave = null;
      this.house.suspended.delete(job);
      over(came);
    };
    const timer = this.clock.after(waitMs, () => {
      leave(true);
      const trace = job.trace!;
      trace.queuedMs += waitMs;
      trace.enteredAt = this.clock.now();
      this.settlement.after(() => this.house.start(job));
    });
    this.house.suspended.add(job);
    job.leave = () => {
      timer.cancel();
      leave(false);
    };
    this.settlement.watchDeadline(job);
  }
}
