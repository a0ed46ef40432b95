import type { Step } from '../core/attempt.ts';
import type { Job } from '../core/job.ts';

/** The five stages, in order. */
export const STAGES = ['rag', 'assemble', 'inference', 'post_process', 'stream'] as const;

export type StageName = (typeof STAGES)[number];

/** Index of the inference stage: the one that costs money. */
export const INFERENCE = 2;

/** One stage as the pipeline runs it. */
export interface Stage {
  readonly step: Step<Job>;
  /** Jobs that may wait for it. */
  readonly capacity: number;
  /** Jobs that may be in it at once. */
  readonly limit: number;
}

/** A stage that nothing is configured for: it adds nothing. */
export const passThrough: Step<Job> = () => undefined;

/** The last stage: text that was held back because a later step could still change it goes out. */
export const streamStage: Step<Job> = (job) => job.release();

/**
 * The inference stage for a job that finds no slot: what its step returns, or false when it needs one. `room`: a job that
 * is answered may go on at once.
 */
export type WithoutSlot = (job: Job, room: boolean) => false | void | Promise<void>;

/** Says of every job that it needs a slot. */
export const NEEDS_SLOT: WithoutSlot = () => false;
