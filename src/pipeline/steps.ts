import type { Step } from '../core/attempt.ts';
import { toOrchestratorError } from '../core/errors.ts';
import type { Job } from '../core/job.ts';
import { passThrough } from './stages.ts';

type StageStep = Step<Job> | null;

/** The work of the five stages; null where a stage has nothing to do. */
export class Steps {
  private all: readonly StageStep[];
  // The same steps as fields: a call through a field is inlined, one through an array element is not.
  private step0: StageStep = null;
  private step1: StageStep = null;
  private step2: StageStep = null;
  private step3: StageStep = null;
  private step4: StageStep = null;
  /** Where the latest `through` ended early, and what it waits for there. */
  stoppedAt = 0;
  waits: Promise<void> | undefined = undefined;

  constructor(steps: readonly Step<Job>[]) {
    this.all = steps.map((step) => (step === passThrough ? null : step));
    this.spread();
  }

  /** Replaces the work of one stage, from the next job on. */
  set(stage: number, step: Step<Job>): void {
    this.all = this.all.with(stage, step === passThrough ? null : step);
    this.spread();
  }

  at(stage: number): StageStep {
    return this.all[stage]!;
  }

  private spread(): void {
    [this.step0, this.step1, this.step2, this.step3, this.step4] = this.all as [
      StageStep,
      StageStep,
      StageStep,
      StageStep,
      StageStep,
    ];
  }

  /**
   * All five for a job that found everything free. False when it went no further than `stoppedAt`: it failed there or
   * has to wait. Without any other check between the stages, so that V8 makes one piece of machine code of it all.
   */
  through(job: Job): boolean {
    let stage = 0;
    let waits: void | Promise<void>;
    try {
      if (this.step0 !== null) {
        waits = this.step0(job);
        if (waits !== undefined || job.error !== null) return this.stop(0, waits);
      }
      stage = 1;
      if (this.step1 !== null) {
        waits = this.step1(job);
        if (waits !== undefined || job.error !== null) return this.stop(1, waits);
      }
      stage = 2;
      if (this.step2 !== null) {
        waits = this.step2(job);
        if (waits !== undefined || job.error !== null) return this.stop(2, waits);
      }
      stage = 3;
      if (this.step3 !== null) {
        waits = this.step3(job);
        if (waits !== undefined || job.error !== null) return this.stop(3, waits);
      }
      stage = 4;
      if (this.step4 !== null) {
        waits = this.step4(job);
        if (waits !== undefined || job.error !== null) return this.stop(4, waits);
      }
      return true;
    } catch (thrown) {
      job.fail(toOrchestratorError(thrown));
      return this.stop(stage, undefined);
    }
  }

  private stop(stage: number, waits: void | Promise<void>): false {
    this.stoppedAt = stage;
    this.waits = waits as Promise<void> | undefined;
    return false;
  }
}
