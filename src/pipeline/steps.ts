import type { Step } from '../core/attempt.ts';
import type { Job } from '../core/job.ts';
import { passThrough } from './stages.ts';

type StageStep = Step<Job> | null;

/** The work of the five stages; null where a stage has nothing to do. */
export class Steps {
  /**
   * All five for a job that found everything free, or up to the one in which it has failed or has to wait. Where one stage
   * alone has something to do it is that one's work.
   */
  readonly all: Step<Job>;
  /** The last stage that the latest job to run through `all` got to. */
  stoppedAt = 0;
  private readonly each: readonly StageStep[];
  // The same steps as fields: a call through a field is inlined, one through an array element is not.
  private readonly step0: StageStep;
  private readonly step1: StageStep;
  private readonly step2: StageStep;
  private readonly step3: StageStep;
  private readonly step4: StageStep;

  constructor(steps: readonly Step<Job>[]) {
    this.each = steps.map((step) => (step === passThrough ? null : step));
    [this.step0, this.step1, this.step2, this.step3, this.step4] = this.each as [
      StageStep,
      StageStep,
      StageStep,
      StageStep,
      StageStep,
    ];
    const working = this.each.filter((step) => step !== null);
    this.all = working.length === 1 ? working[0]! : (job) => this.inOrder(job);
    this.stoppedAt = Math.max(this.each.indexOf(working[0]!), 0);
  }

  /** The same with other work in one stage. Whatever is on its way through these steps stays on them. */
  with(stage: number, step: Step<Job>): Steps {
    return new Steps(this.each.with(stage, step).map((each) => each ?? passThrough));
  }

  /** Null when the stage has nothing to do. */
  at(stage: number): StageStep {
    return this.each[stage]!;
  }

  /** Without any other check between the stages, so that V8 makes one piece of machine code of it all. */
  private inOrder(job: Job): void | Promise<void> {
    let waits: void | Promise<void>;
    this.stoppedAt = 0;
    if (this.step0 !== null) {
      waits = this.step0(job);
      if (waits !== undefined || job.error !== null) return waits;
    }
    this.stoppedAt = 1;
    if (this.step1 !== null) {
      waits = this.step1(job);
      if (waits !== undefined || job.error !== null) return waits;
    }
    this.stoppedAt = 2;
    if (this.step2 !== null) {
      waits = this.step2(job);
      if (waits !== undefined || job.error !== null) return waits;
    }
    this.stoppedAt = 3;
    if (this.step3 !== null) {
      waits = this.step3(job);
      if (waits !== undefined || job.error !== null) return waits;
    }
    this.stoppedAt = 4;
    return this.step4 === null ? undefined : this.step4(job);
  }
}
