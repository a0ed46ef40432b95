import type { Clock } from '../core/clock.ts';
import { type OrchestratorError, toOrchestratorError } from '../core/errors.ts';
import { type Job, traceFrom } from '../core/job.ts';
import { Places } from '../primitives/places.ts';
import { Door } from './door.ts';
import { ENDINGS, type Ending, statusOf } from './endings.ts';
import { mostAtOnce } from './limits.ts';
import type { PipelineOptions } from './options.ts';
import { DEEPEST, Settlement } from './settlement.ts';
import { ShortWay } from './short-way.ts';
import { endWait, StageQueue } from './stage-queue.ts';
import { INFERENCE, NEEDS_SLOT, STAGES, type WithoutSlot } from './stages.ts';
import type { Steps } from './steps.ts';
import type { Counters } from './totals.ts';

const LAST = 4;

/**
 * The five stages, run to completion: a request that finds everything free is five direct calls, with no promise and
 * no queue. Queues fill only under congestion. A stage starts a job only when there is room behind it, so a request is
 * shed at the entry or not at all, and never after its inference was paid for.
 */
export class Pipeline extends ShortWay {
  readonly queues: readonly StageQueue[];
  /** Jobs that may be in each stage at once. */
  readonly limits: Int32Array;
  /** Jobs that wait for something in a stage: how many in each, and which in all, with those at the door. */
  readonly busy = new Int32Array(5);
  readonly suspended = new Places<Job>();
  readonly counters: Counters;
  state: 'running' | 'draining' | 'stopped' = 'running';

  private readonly clock: Clock;
  private readonly door: Door | null;
  private readonly settlement: Settlement;
  /** The inference stage for a job that finds no slot: false when it needs one, or would go on where there is no room. */
  withoutSlot: WithoutSlot = NEEDS_SLOT;
  /** Jobs that wait for a call of another, without a slot; and those that have its answer and wait for room behind. */
  private readonly following = new Set<Job>();
  private readonly answered = new Set<Job>();

  /** Jobs in all queues. */
  private waiting = 0;
  /** There is no slot for inference. */
  private full = false;
  /** Requests that have passed each stage, but for those that went straight through all of them. */
  private readonly stepped = new Float64Array(5);
  private pumping = false;
  /** The time of a drain is over: whatever would wait now is interrupted. */
  private interrupted = false;

  constructor(options: PipelineOptions) {
    super(options);
    this.clock = options.clock;
    this.settlement = new Settlement(this, options.clock, options.recorder, options.observer, {
      expired: (job) => this.cancel(job, ENDINGS.expired),
      aborted: (job) => this.cancel(job),
      delivered: () => this.pump(),
    });
    this.counters = this.settlement.counters;
    this.door = options.admit ? new Door(options.admit, options.clock, this.settlement, this) : null;
    this.queues = options.stages.map((stage) => new StageQueue(stage.capacity));
    this.limits = Int32Array.from(options.stages, ({ limit }, i) => mostAtOnce(this.queues, i, limit));
  }

  /** Requests that have passed a stage. */
  passed(stage: number): number {
    return this.straight + this.stepped[stage]!;
  }

  /** The way with all checks. What waits, waits in front of this one. */
  protected override enter(job: Job): void {
    const due = this.due();
    if (this.door !== null && this.state === 'running' && !this.door.passes(job)) return;
    if (this.state !== 'running' || job.options !== null || job.request.deadline_ms !== undefined) {
      if (!this.admit(job)) return;
    }
    if (due && this.look()) job.trace ??= traceFrom(this.slice.seenAt);
    if (job.trace === null && this.obstacles === 0 && !this.mustQueue()) this.runThrough(job);
    else this.start(job);
  }

  /** Begins with the first stage. */
  start(job: Job): void {
    if (this.mustQueue() || this.queues[0]!.count > 0) this.park(job, 0);
    else this.run(job, 0);
  }

  /** Takes a request back; nothing happens when it has ended. */
  cancel(job: Job, ending: Ending = ENDINGS.cancelled): void {
    this.end(job, ending);
    this.pump();
  }

  /**
   * Takes no new requests and waits until those in flight have ended. What has not ended after `graceMs` is
   * interrupted: it fails, and goes to the dead letters whole. A second call with less time shortens the first.
   */
  drain(graceMs: number): Promise<void> {
    if (this.state === 'running') this.hinder(1);
    if (this.state === 'running') this.state = 'draining';
    const interrupt = (): void => this.interrupt();
    return this.settlement.idle(graceMs, interrupt, () => {
      this.state = 'stopped';
    });
  }

  /** Inside a step, past the slice or deep in callbacks nothing may start: it would pass a limit, starve timers or grow the stack. */
  private mustQueue(): boolean {
    return this.inStep || this.slice.over || this.depth >= DEEPEST;
  }

  /** What the plain path need not look at: stopping, deadlines, signals, exact timing. False when the job has ended. */
  private admit(job: Job): boolean {
    if (this.state !== 'running') this.end(job, ENDINGS.draining);
    else if (this.settlement.open(job)) return true;
    // Its caller may have submitted more, which waits until the stack has unwound.
    if (this.waiting !== 0) this.pump();
    return false;
  }

  /** A request that finds everything free and is not timed: `run(job, 0)` without its checks. */
  private runThrough(job: Job): void {
    const { steps } = this;
    this.leave(job, steps, this.perform(job, steps.all));
  }

  /** The steps of a request have run through, or up to one where it has failed or has to wait. */
  protected override leave(job: Job, { stoppedAt }: Steps, waits: void | Promise<void>): void {
    const stopped = waits !== undefined || job.error !== null || job.ended !== null;
    const stage = stopped ? stoppedAt : STAGES.length;
    for (let passed = 0; passed < stage; passed++) this.stepped[passed]!++;
    if (stopped) this.afterStep(job, stage, waits);
    else this.settlement.settle(job, 'completed', null);
  }

  /** Whether a stage may start a job: its own slot is free, and so is a place behind it. */
  private open(stage: number): boolean {
    if (this.busy[stage]! >= this.limits[stage]!) return false;
    return stage === LAST || this.roomBehind(stage);
  }

  /** A place in the next queue that no job of this stage will need. */
  private roomBehind(stage: number): boolean {
    const next = this.queues[stage + 1]!;
    return next.count + this.busy[stage]! < next.capacity;
  }

  private park(job: Job, stage: number): void {
    const queue = this.queues[stage]!;
    // Only the entry can be full: room behind a stage is reserved before it starts.
    if (stage === 0 && queue.full) return this.refuse(job);
    job.stage = stage;
    queue.push(job, this.time);
    this.await(1);
    this.settlement.watchDeadline(job);
    if (this.interrupted) this.end(job, ENDINGS.interrupted);
  }

  /** The entry is full; but who asks what is in flight needs no place: a flood of one and the same prompt is not shed. */
  private refuse(job: Job): void {
    const direct = !this.inStep && this.steps.at(0) === null && this.steps.at(1) === null;
    const waits = direct && this.perform(job, () => this.withoutSlot(job, false));
    if (waits === false) this.end(job, ENDINGS.queueFull);
    else {
      for (let passed = 0; passed < INFERENCE; passed++) this.stepped[passed]!++;
      this.afterStep(job, INFERENCE, waits);
    }
  }

  private run(job: Job, from: number): void {
    for (let stage = from; stage <= LAST; stage++) {
      if (this.queues[stage]!.count > 0 || !this.open(stage)) {
        const waits = stage === INFERENCE && this.perform(job, () => this.withoutSlot(job, this.roomBehind(stage)));
        if (waits === false) return this.park(job, stage);
        if (!this.afterStep(job, stage, waits)) return;
      } else if (!this.execute(job, stage)) return;
    }
    this.settlement.settle(job, 'completed', null);
  }

  /** Runs one stage; true when the job may go on at once. */
  private execute(job: Job, stage: number): boolean {
    job.stage = stage;
    if (stage === INFERENCE && job.trace !== null && this.settlement.expireIfOverdue(job)) return false;
    const step = this.steps.at(stage);
    // Nothing to do takes no time, and looking at the clock would.
    if (step === null) return this.pass(job, stage, job.trace?.enteredAt ?? 0);
    return this.afterStep(job, stage, this.perform(job, step));
  }

  private perform<Result>(job: Job, work: (job: Job) => Result): Result | undefined {
    this.beginStep();
    try {
      return work(job);
    } catch (thrown) {
      job.fail(toOrchestratorError(thrown));
      return undefined;
    } finally {
      this.endStep();
    }
  }

  private afterStep(job: Job, stage: number, waits: void | Promise<void>): boolean {
    if (waits !== undefined) {
      this.suspend(job, stage, waits);
      return false;
    }
    if (job.ended !== null) return false;
    if (job.error !== null) {
      this.settlement.settle(job, statusOf(job.error), job.error);
      return false;
    }
    return this.pass(job, stage, job.trace === null ? 0 : this.clock.now());
  }

  private suspend(job: Job, stage: number, waits: Promise<void>): void {
    job.stage = stage;
    if (job.leave !== null && job.answeredFrom !== null) this.following.add(job);
    else this.occupy(stage, 1);
    const place = this.suspended.add(job);
    job.trace ??= traceFrom(this.clock.now());
    this.settlement.watchDeadline(job);
    if (this.interrupted) this.end(job, ENDINGS.interrupted);
    waits.then(
      () => this.resume(job, stage, place),
      (thrown) => this.resume(job, stage, place, toOrchestratorError(thrown)),
    );
  }

  /** The slot is held until the work has really ended, even when its request was settled long ago. */
  private resume(job: Job, stage: number, place: number, error: OrchestratorError | null = null): void {
    if (error !== null) job.fail(error);
    const followed = this.following.delete(job);
    if (!followed) this.occupy(stage, -1);
    this.suspended.delete(place);
    const goesOn = this.afterStep(job, stage, undefined);
    if (goesOn && followed) this.answered.add(job);
    else if (goesOn) this.run(job, stage + 1);
    this.pump();
  }

  /** So many more jobs wait in a queue. */
  private await(jobs: 1 | -1): void {
    this.waiting += jobs;
    this.hinder(jobs);
  }

  /** So many more jobs wait inside a stage. */
  private occupy(stage: number, jobs: 1 | -1): void {
    this.busy[stage]! += jobs;
    if (stage === INFERENCE) this.reckon();
    else this.hinder(jobs);
  }

  /** Finds out whether there is still a slot for inference: both numbers change. */
  private reckon(): void {
    const full = this.busy[INFERENCE]! >= this.limits[INFERENCE]!;
    if (full !== this.full) this.hinder(full ? 1 : -1);
    this.full = full;
  }

  /** Lets so many jobs be in a stage at once, from now on. Those that are in it stay; those that may start now do. */
  setLimit(stage: number, limit: number): void {
    this.limits[stage] = mostAtOnce(this.queues, stage, limit);
    this.reckon();
    this.pump();
  }

  private letIn(): void {
    for (const job of this.answered) {
      if (this.slice.over || !this.roomBehind(INFERENCE)) return;
      this.answered.delete(job);
      if (job.ended === null) this.run(job, INFERENCE + 1);
    }
  }

  /** Starts whatever may start, downstream first, so that freed room reaches upstream in one pass. */
  override pump(): void {
    // Whoever called the innermost callback pumps once the stack has unwound.
    if (this.pumping || this.inStep || this.depth > 0) return;
    if (this.waiting > 0 || this.answered.size > 0) this.moveOn();
    if (this.state !== 'running') this.settlement.checkIdle();
  }

  private moveOn(): void {
    this.pumping = true;
    this.slice.look();
    for (let moved = true; moved; ) {
      moved = false;
      this.letIn();
      for (let stage = LAST; stage >= 0 && this.waiting !== 0; stage--) {
        for (; this.queues[stage]!.count > 0 && !this.slice.over && this.open(stage); moved = true) this.unpark(stage);
      }
    }
    this.pumping = false;
  }

  private unpark(stage: number): void {
    if (this.dueAgain()) this.look();
    const now = this.slice.seenAt;
    const job = this.queues[stage]!.shift()!;
    this.await(-1);
    const idle = this.steps.at(stage) === null;
    const waitedMs = endWait(job, now, !idle);
    const untimed = job.trace === null;
    if (untimed) this.observer.stageTimed(stage, waitedMs);
    if (untimed && stage === 0 && this.free) return this.runThrough(job);
    if (idle) this.pass(job, stage, now);
    else if (!this.execute(job, stage)) return;
    this.run(job, stage + 1);
  }

  /** Nothing is in the way but what waits at the entry. */
  private get free(): boolean {
    return this.obstacles === this.waiting && this.waiting === this.queues[0]!.count;
  }

  /** While pumping that of the latest look: to look for every job would cost as much as all the rest. */
  private get time(): number {
    return this.pumping ? this.slice.seenAt : this.clock.now();
  }

  /** A job has passed a stage; `now` is for those that are timed. */
  private pass({ trace }: Job, stage: number, now: number): true {
    this.stepped[stage]!++;
    if (trace === null) return true;
    this.observer.stageTimed(stage, now - trace.enteredAt);
    trace.enteredAt = now;
    return true;
  }

  /** Ends a request from outside its steps: it leaves its queue first, so that the freed place is there at once. */
  private end(job: Job, ending: Ending): void {
    if (job.ended !== null) return;
    if (job.queuedSince !== null) {
      endWait(job, this.time, true);
      this.queues[job.stage]!.forget();
      this.await(-1);
    }
    this.settlement.settle(job, ending.status, ending.error);
  }

  private interrupt(): void {
    this.interrupted = true;
    const open = [...this.queues.flatMap((queue) => [...queue]), ...this.suspended, ...this.answered];
    for (const job of open) this.end(job, ENDINGS.interrupted);
    this.pump();
  }
}
