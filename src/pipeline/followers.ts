import type { Job } from '../core/job.ts';

/** Jobs that wait for a call of another: without a slot, and without room kept for them behind the stage. */
export class Followers {
  /** Those that have their answer and wait for room. */
  readonly answered = new Set<Job>();
  private readonly following = new Set<Job>();

  /** Whether a job that waits is one of them. */
  take(job: Job): boolean {
    if (job.leave === null || job.answeredFrom === null) return false;
    this.following.add(job);
    return true;
  }

  /** Whether a job that waited was one. */
  release(job: Job): boolean {
    return this.following.delete(job);
  }
}
