import type { Delay, Entrance, Question } from '../admission/admission.ts';
import type { Clock } from '../core/clock.ts';
import type { Job } from '../core/job.ts';
import type { Places } from '../primitives/places.ts';
import type { Settlement } from './settlement.ts';

/** What is behind the door. */
interface House {
  /** Those who wait for something. */
  readonly suspended: Places<Job>;
  start(job: Job): void;
}

/**
 * The entry: looks at every request before anything else does. One whose caller would rather wait than be refused stands
 * outside, in no queue, until its turn has come; it can expire, be cancelled or interrupted there.
 */
export class Door {
  private readonly check: Entrance;
  private readonly clock: Clock;
  private readonly settlement: Settlement;
  private readonly house: House;

  constructor(check: Entrance, clock: Clock, settlement: Settlement, house: House) {
    this.check = check;
    this.clock = clock;
    this.settlement = settlement;
    this.house = house;
  }

  /** Whether a request may come in now; if not, it has ended, or comes in by itself later. */
  passes(job: Job): boolean {
    return this.passesAll(job, this.check);
  }

  private passesAll(job: Job, check: Entrance): boolean {
    const answer = check(job);
    if (answer === null) return true;
    if (answer.status === 'wait') this.wait(job, answer);
    else if (answer.status === 'ask') this.ask(job, answer);
    else this.settlement.settle(job, answer.status, answer.error);
    return false;
  }

  private wait(job: Job, { waitMs, over }: Delay): void {
    if (!this.open(job)) return over(false);
    const timer = this.clock.after(waitMs, () => {
      comeIn();
      over(true);
      this.settlement.after(() => this.start(job, waitMs));
    });
    const comeIn = this.stay(job, () => {
      timer.cancel();
      over(false);
    });
  }

  private ask(job: Job, { answer, abandoned, rest }: Question): void {
    if (!this.open(job)) return abandoned();
    const askedAt = this.clock.now();
    let gone = false;
    void answer.then((refusal) => {
      if (gone) return;
      comeIn();
      this.settlement.after(() => {
        if (refusal !== null) this.settlement.settle(job, refusal.status, refusal.error);
        else if (rest === undefined || this.passesAll(job, rest)) this.start(job, this.clock.now() - askedAt);
      });
    });
    const comeIn = this.stay(job, () => {
      gone = true;
      abandoned();
    });
  }

  /** Takes note of the deadline, once. False when the job has ended by that. */
  private open(job: Job): boolean {
    return job.trace !== null || this.settlement.open(job);
  }

  /** The job is outside until it comes in, by the returned function, or ends: then `leave` is called. */
  private stay(job: Job, leave: () => void): () => void {
    const place = this.house.suspended.add(job);
    const comeIn = (): void => {
      job.leave = null;
      this.house.suspended.delete(place);
    };
    job.leave = () => {
      comeIn();
      leave();
    };
    this.settlement.watchDeadline(job);
    return comeIn;
  }

  private start(job: Job, waitedMs: number): void {
    const trace = job.trace!;
    trace.queuedMs += waitedMs;
    trace.enteredAt = this.clock.now();
    this.house.start(job);
  }
}
