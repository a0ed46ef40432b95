import type { Clock } from '../core/clock.ts';
import { type OrchestratorError, toOrchestratorError } from '../core/errors.ts';
import type { Job } from '../core/job.ts';
import type { OutcomeStatus } from '../core/outcome.ts';
import { Timeouts } from '../core/timeouts.ts';
import { ENDINGS } from './endings.ts';
import { Counters } from './totals.ts';

/** What the pipeline tells the outside; called synchronously, and must not throw. */
export interface PipelineObserver {
  /** Time a request spent in a stage, queue included. Sampled for requests that never waited. */
  stageTimed(stage: number, ms: number): void;
  settled(job: Job): void;
  /** A caller's callback threw; the pipeline goes on. */
  callbackFailed(job: Job, error: unknown): void;
}

/** Writes down an outcome before the caller hears of it; nothing when there is nothing to wait for. */
export type Recorder = (job: Job) => void | Promise<unknown>;

/** What the pipeline does when something ends outside its own steps. */
interface SettlementListener {
  expired(job: Job): void;
  /** A caller was told later, after its outcome was written down. */
  delivered(): void;
}

/** How requests end: exactly once, recorded before the caller hears of it (capability A9). */
export class Settlement {
  readonly counters = new Counters();
  /** Callbacks on the stack: each may submit again. */
  depth = 0;
  private readonly clock: Clock;
  private readonly recorder: Recorder;
  private readonly observer: PipelineObserver;
  private readonly deadlines: Timeouts<Job>;
  private readonly listener: SettlementListener;
  private onIdle: (() => void) | null = null;

  constructor(clock: Clock, recorder: Recorder, observer: PipelineObserver, listener: SettlementListener) {
    this.clock = clock;
    this.recorder = recorder;
    this.observer = observer;
    this.deadlines = new Timeouts(clock, listener.expired);
    this.listener = listener;
  }

  /** From now on the job expires by itself when its deadline passes; a job that never waits needs no watching. */
  watchDeadline(job: Job): void {
    const { trace } = job;
    if (trace === null || trace.deadlineAt === Number.POSITIVE_INFINITY || trace.deadlineTicket >= 0) return;
    trace.deadlineTicket = this.deadlines.add(job, trace.deadlineAt);
  }

  /** Expires a job whose deadline has passed: it must not start what nobody can use. */
  expireIfOverdue(job: Job): boolean {
    if (job.trace!.deadlineAt > this.clock.now()) return false;
    this.settle(job, ENDINGS.expired.status, ENDINGS.expired.error);
    return true;
  }

  /** Ends a request; whatever comes later for it is ignored. */
  settle(job: Job, status: OutcomeStatus, error: OrchestratorError | null): void {
    if (job.ended !== null) return;
    job.ended = status;
    if (error !== null) job.error = error;
    if (job.trace !== null) {
      job.trace.endedAt = this.clock.now();
      if (job.trace.deadlineTicket >= 0) this.deadlines.delete(job, job.trace.deadlineTicket);
      job.trace.detach?.();
    }
    if (status !== 'completed') job.abort();
    const recording = this.recorder(job);
    if (recording === undefined) this.deliver(job);
    else {
      recording.then(
        () => this.deliverLater(job),
        (thrown) => {
          // An outcome that could not be written down is a failure, and says so: it is never acknowledged as anything else.
          job.ended = 'failed';
          job.error = toOrchestratorError(thrown, 'storage_failed');
          this.deliverLater(job);
        },
      );
    }
  }

  /** Calls `onIdle` once nothing is in flight; at once when nothing is. */
  whenIdle(onIdle: () => void): void {
    const earlier = this.onIdle;
    this.onIdle = () => {
      earlier?.();
      onIdle();
    };
    this.checkIdle();
  }

  private deliverLater(job: Job): void {
    this.deliver(job);
    this.listener.delivered();
  }

  private deliver(job: Job): void {
    job.delivered = true;
    this.counters.settle(job.ended!);
    this.observer.settled(job);
    const { done } = job;
    if (done !== null) {
      job.done = null;
      this.depth++;
      try {
        done(job);
      } catch (thrown) {
        this.observer.callbackFailed(job, thrown);
      }
      this.depth--;
    }
    if (this.onIdle !== null) this.checkIdle();
  }

  private checkIdle(): void {
    if (this.counters.inFlight > 0 || this.onIdle === null) return;
    const idle = this.onIdle;
    this.onIdle = null;
    idle();
  }
}
