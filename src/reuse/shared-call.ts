import { OrchestratorError } from '../core/errors.ts';
import { Job, traceFrom } from '../core/job.ts';
import { giveNumbers } from './answer.ts';
import type { Flight, SingleFlight, Waiter } from './single-flight.ts';

const NOBODY_WAITS = new OrchestratorError('cancelled', 'Nobody waits for this answer any more.');

/** Its first request does not read the answer before its end; who joins later gets it then, too. */
const WHOLE = { stream: false } as const;

/** What a job hears of the call it waits for. */
interface Share {
  /** It has the answer or the error, or has left. */
  readonly ended?: () => void;
  /** It leads in the place of one who left. */
  readonly leads: () => void;
}

/**
 * A call that belongs to none of the requests that wait for it: a job that is in no pipeline. Its deadline is the latest of
 * theirs, and it is abandoned when the last of them has left.
 */
export class SharedCall {
  readonly carrier: Job;
  readonly flight: Flight<Job, SharedCall>;
  /** Those who were there from the start: they get the pieces that are not text, which make sense only from the first on. */
  private readonly early = new Set<Job>();
  private late = false;

  constructor(first: Job, key: string, flights: SingleFlight<Job, SharedCall>) {
    const { streams } = first;
    const carrier = new Job(first.request, streams ? null : WHOLE, null);
    carrier.messages = first.messages;
    carrier.parameters = first.parameters;
    if (first.trace !== null) carrier.trace = { ...traceFrom(first.trace.acceptedAt), deadlineAt: first.deadlineAt };
    this.carrier = carrier;
    this.flight = flights.begin(key, this, () => {
      // However the last one ended: the provider has not failed.
      carrier.conclude('cancelled', NOBODY_WAITS);
      carrier.abandon();
    });
    carrier.subscribe((text) => this.flight.emit(text), streams);
    carrier.onAside((piece) => {
      this.late = true;
      let heard = false;
      for (const job of this.early) heard = job.acceptAside(piece) || heard;
      return heard;
    });
  }

  /** Lets a job wait; it gets the text as it comes. */
  join(job: Job, { ended, leads }: Share): void {
    const { carrier, flight } = this;
    if (carrier.trace !== null) carrier.trace.deadlineAt = Math.max(carrier.trace.deadlineAt, job.deadlineAt);
    const waiter: Waiter<Job> = {
      piece: (text) => job.accept(text),
      end: () => {
        this.early.delete(job);
        job.leave = null;
        giveNumbers(job, carrier);
        if (job.answeredFrom === null) takeOver(job, carrier);
        if (carrier.error !== null) job.fail(carrier.error);
        ended?.();
      },
      lead: () => {
        job.answeredFrom = null;
        leads();
      },
    };
    job.leave = () => {
      this.early.delete(job);
      job.leave = null;
      job.provider = carrier.provider;
      job.model = carrier.model;
      if (job.answeredFrom === null) job.attempts = carrier.attempts;
      flight.leave(waiter);
      // Nobody is left to pay for it.
      if (carrier.ended !== null) takeOver(job, carrier);
      ended?.();
    };
    if (!this.late) this.early.add(job);
    flight.join(waiter);
  }
}

/** The one that leads has made the attempts of the call, and pays for them. */
function takeOver(job: Job, { attempts, notes }: Job): void {
  job.attempts = attempts;
  if (notes?.spent !== undefined) job.notes = { ...job.notes, spent: notes.spent };
}
