import type { Step } from '../core/attempt.ts';
import { toOrchestratorError } from '../core/errors.ts';
import { Job, type SubmitOptions } from '../core/job.ts';
import type { Outcome } from '../core/outcome.ts';
import type { PromptRequest } from '../core/request.ts';
import type { PipelineOptions } from './options.ts';
import { DEEPEST, type PipelineObserver } from './settlement.ts';
import { Slice, WIDEST } from './slice.ts';
import { Steps } from './steps.ts';

/** The gate while a step is running. */
const IN_STEP = -1;

/**
 * The way of a request that finds everything free: through all stages and back to its caller in one go. What it may not pass
 * unseen goes the way with all checks, which is the pipeline's.
 */
export abstract class ShortWay {
  /** Requests so far, and those that went straight through. */
  submitted = 0;
  straight = 0;
  /** Callbacks on the stack: each calls listeners, which may submit or cancel again. */
  depth = 0;
  /**
   * What keeps a request from running through at once, each counting one: jobs that wait in a queue, or inside a stage other
   * than inference; that inference has no slot; that the slice is over; that the engine is stopping.
   */
  protected obstacles = 0;
  /** Who looks at every request: those at the entry, and those who write down how it ended. */
  private watchers: number;
  private readonly doorkeepers: 0 | 1;
  /** 0: the way is free; `IN_STEP` while a step is running. One number for all of it, as every request asks. */
  private gate = 1;
  /** What the gate is between steps. */
  private between = 1;
  protected steps: Steps;
  protected readonly slice: Slice;
  protected readonly observer: PipelineObserver;
  /** So many requests there are at the next look at the clock. */
  private lookAt = WIDEST;

  constructor({ admit, clock, observer, sliceMs = 1, stages }: PipelineOptions) {
    this.doorkeepers = admit ? 1 : 0;
    this.watchers = this.doorkeepers + 1;
    this.observer = observer;
    this.steps = new Steps(stages.map(({ step }) => step));
    this.slice = new Slice(
      clock,
      sliceMs,
      () => this.hinder(1),
      (wasOver) => {
        if (wasOver) this.hinder(-1);
        this.pump();
      },
    );
  }

  /** The way with all checks. */
  protected abstract enter(job: Job): void;
  /** The steps of a request have run through, or up to one where it has failed or has to wait. */
  protected abstract leave(job: Job, steps: Steps, waits: void | Promise<void>): void;
  /** Starts whatever may start. */
  abstract pump(): void;

  /** Replaces the work of one stage, from the next job on. */
  setStep(stage: number, step: Step<Job>): void {
    this.steps = this.steps.with(stage, step);
  }

  /** False: there is nothing to write down of requests without options that are completed. */
  set recordsAll(all: boolean) {
    this.watchers = this.doorkeepers + (all ? 1 : 0);
    this.hinder(0);
  }

  /**
   * Takes a request; `done` is called exactly once with its outcome, before this returns when nothing has to wait.
   *
   * What is done here is what the others do, without all that there is nothing to do about. V8 makes one piece of machine
   * code of a function and the small ones that it calls, so this is one; and it puts back what it has at hand rather than
   * count up and down, as what was stored just now takes a while to be read.
   */
  submit(request: PromptRequest, options: SubmitOptions | null, done: ((outcome: Outcome) => void) | null): Job {
    const job = new Job(request, options, done);
    const { depth, steps } = this;
    if (
      ++this.submitted >= this.lookAt ||
      this.gate !== 0 ||
      depth >= DEEPEST ||
      options !== null ||
      request.deadline_ms !== undefined
    ) {
      this.enter(job);
    } else {
      let waits: void | Promise<void>;
      let through = false;
      try {
        this.gate = IN_STEP;
        waits = steps.all(job);
        this.gate = this.between;
        if (waits === undefined && job.plain) {
          through = true;
          job.finish();
          this.straight++;
          if (done !== null) {
            this.depth = depth + 1;
            done(job);
            this.depth = depth;
          }
        }
      } catch (thrown) {
        waits = this.threw(job, thrown, depth);
      }
      if (!through) this.leave(job, steps, waits);
    }
    if (this.obstacles > 0) this.pump();
    return job;
  }

  /** A step has thrown, or the caller's callback. */
  private threw(job: Job, thrown: unknown, depth: number): undefined {
    this.depth = depth;
    this.endStep();
    if (job.delivered) this.observer.callbackFailed(job, thrown);
    else job.fail(toOrchestratorError(thrown));
  }

  protected get inStep(): boolean {
    return this.gate === IN_STEP;
  }

  protected beginStep(): void {
    this.gate = IN_STEP;
  }

  protected endStep(): void {
    this.gate = this.between;
  }

  /** So many more obstacles. */
  protected hinder(more: number): void {
    this.obstacles += more;
    this.between = this.obstacles + this.watchers;
    if (!this.inStep) this.endStep();
  }

  /** Whether it is time for a look at the clock, for a request that has been counted. */
  protected due(): boolean {
    if (this.submitted < this.lookAt) return false;
    this.lookAt = this.submitted + this.slice.jobs;
    return true;
  }

  /** The same for one that had been counted before, and waited. */
  protected dueAgain(): boolean {
    this.lookAt--;
    return this.due();
  }

  /** True when the job that is due is to be timed stage by stage. */
  protected look(): boolean {
    const sample = this.slice.tick();
    this.lookAt = this.submitted + this.slice.jobs;
    return sample;
  }
}
