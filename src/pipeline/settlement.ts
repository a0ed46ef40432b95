import type { Clock } from '../core/clock.ts';
import { type OrchestratorError, toOrchestratorError } from '../core/errors.ts';
import { type Job, type Trace, traceFrom } from '../core/job.ts';
import type { OutcomeStatus } from '../core/outcome.ts';
import { Timeouts } from '../core/timeouts.ts';
import { ENDINGS } from './endings.ts';
import { Counters } from './totals.ts';

/** What the pipeline tells the outside; called synchronously, and must not throw. */
export interface PipelineObserver {
  /** Time a request spent in a stage, queue included. Sampled for requests that never waited. */
  stageTimed(stage: number, ms: number): void;
  /** A request that was timed, or did not end well, has ended and its caller is about to be told. */
  requestEnded(job: Job): void;
  /** A caller's callback threw; the pipeline goes on. */
  callbackFailed(job: Job, error: unknown): void;
}

/** Callbacks nest this deep; beyond, new requests are queued and endings told in the next turn, so that the stack unwinds. */
export const DEEPEST = 64;

/** Writes down an outcome before the caller hears of it; nothing when there is nothing to wait for. */
export type Recorder = (job: Job) => void | Promise<unknown>;

/** What the pipeline does when something ends outside its own steps. */
interface SettlementListener {
  expired(job: Job): void;
  /** The caller's signal has aborted. */
  aborted(job: Job): void;
  /** A caller was told later: after its outcome was written down, or once the stack had unwound. */
  delivered(): void;
}

/** Whose requests they are. */
interface House {
  /** Callbacks on the stack: each calls listeners, which may submit or cancel again. */
  depth: number;
  readonly submitted: number;
  readonly straight: number;
}

/** How requests end: exactly once, recorded before the caller hears of it (capability A9). */
export class Settlement {
  readonly counters: Counters;
  private readonly house: House;
  private readonly clock: Clock;
  private readonly recorder: Recorder;
  private readonly observer: PipelineObserver;
  private readonly deadlines: Timeouts<Job>;
  private readonly listener: SettlementListener;
  private onIdle: (() => void) | null = null;

  constructor(
    house: House,
    clock: Clock,
    recorder: Recorder,
    observer: PipelineObserver,
    listener: SettlementListener,
  ) {
    this.house = house;
    this.counters = new Counters(house);
    this.clock = clock;
    this.recorder = recorder;
    this.observer = observer;
    this.deadlines = new Timeouts(clock, listener.expired);
    this.listener = listener;
  }

  /** Times a request exactly, and takes note of its deadline and its caller's signal. False when it has ended by that. */
  open(job: Job): boolean {
    const { request, options } = job;
    const trace = traceFrom(this.clock.now());
    job.trace = trace;
    const deadlineMs = options?.deadlineMs ?? request.deadline_ms;
    if (deadlineMs !== undefined) {
      trace.deadlineAt = trace.acceptedAt + deadlineMs;
      if (this.expireIfOverdue(job)) return false;
    }
    const signal = options?.signal;
    if (signal === undefined) return true;
    const onAbort = (): void => this.listener.aborted(job);
    signal.addEventListener('abort', onAbort, { once: true });
    trace.detach = () => signal.removeEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
    return job.ended === null;
  }

  /** From now on the job expires by itself when its deadline passes; a job that never waits needs no watching. */
  watchDeadline(job: Job): void {
    const { trace } = job;
    if (trace === null || trace.deadlineAt === Number.POSITIVE_INFINITY || trace.deadlineTicket >= 0) return;
    if (job.ended !== null) return;
    trace.deadlineTicket = this.deadlines.add(job, trace.deadlineAt);
  }

  /** Expires a job whose deadline has passed: it must not start what nobody can use. */
  expireIfOverdue(job: Job): boolean {
    const { deadlineAt } = job.trace!;
    // Most have none, and a look at the clock costs as much as the rest of the engine.
    if (deadlineAt === Number.POSITIVE_INFINITY || deadlineAt > this.clock.now()) return false;
    this.settle(job, ENDINGS.expired.status, ENDINGS.expired.error);
    return true;
  }

  /** Ends a request; whatever comes later for it is ignored. */
  settle(job: Job, status: OutcomeStatus, error: OrchestratorError | null): void {
    if (job.ended !== null) return;
    job.conclude(status, error);
    if (job.trace !== null) this.endTrace(job, job.trace);
    if (this.house.depth < DEEPEST) this.tell(job);
    else this.clock.nextTurn(() => this.after(() => this.tell(job)));
  }

  private endTrace(job: Job, trace: Trace): void {
    trace.endedAt = this.clock.now();
    if (trace.deadlineTicket >= 0) this.deadlines.delete(job, trace.deadlineTicket);
    trace.detach?.();
  }

  /** Calls `then` once nothing is in flight, and resolves; calls `late` when that is not so after `graceMs`. */
  idle(graceMs: number, late: () => void, then: () => void): Promise<void> {
    return new Promise((resolve) => {
      const timer = graceMs > 0 ? this.clock.after(graceMs, late) : null;
      if (timer === null) late();
      const earlier = this.onIdle;
      this.onIdle = () => {
        earlier?.();
        timer?.cancel();
        then();
        resolve();
      };
      this.checkIdle();
    });
  }

  /** Tells everybody that a request has ended: its provider, the recorder, and once that has written it down, the caller. */
  private tell(job: Job): void {
    this.house.depth++;
    if (job.ended !== 'completed') job.abandon();
    let recording: void | Promise<unknown> | undefined;
    try {
      recording = this.recorder(job);
    } catch (thrown) {
      this.unrecorded(job, thrown);
    }
    if (recording === undefined) this.deliver(job);
    else this.deliverOnce(recording, job);
    this.house.depth--;
  }

  private deliverOnce(recorded: Promise<unknown>, job: Job): void {
    recorded.then(
      () => this.after(() => this.deliver(job)),
      (thrown) => {
        this.unrecorded(job, thrown);
        this.after(() => this.deliver(job));
      },
    );
  }

  /** An outcome that could not be written down is a failure, and says so: it is never acknowledged as anything else. */
  private unrecorded(job: Job, thrown: unknown): void {
    job.conclude('failed', toOrchestratorError(thrown, 'storage_failed'));
  }

  /** Does what could not be done when the request ended, and lets what it made room for start. */
  after(deed: () => void): void {
    this.house.depth++;
    deed();
    this.house.depth--;
    this.listener.delivered();
  }

  private deliver(job: Job): void {
    job.deliver();
    this.counters.settle(job.ended!);
    if (job.trace !== null || job.audience !== null || job.ended !== 'completed') this.observe(job);
    const { done } = job;
    if (done !== null) {
      try {
        done(job);
      } catch (thrown) {
        this.observer.callbackFailed(job, thrown);
      }
    }
    if (this.onIdle !== null) this.checkIdle();
  }

  private observe(job: Job): void {
    if (job.trace !== null || job.ended !== 'completed') this.observer.requestEnded(job);
    for (const fault of job.audience?.faults ?? []) this.observer.callbackFailed(job, fault);
  }

  /** Whether a drain is over. */
  checkIdle(): void {
    if (this.counters.inFlight > 0 || this.onIdle === null) return;
    const idle = this.onIdle;
    this.onIdle = null;
    idle();
  }
}
