import type { Fault } from './faults.ts';
import type { Answers, Job } from './jobs.ts';

/** What the storage thread is started with. */
export interface ThreadStart {
  readonly file: string;
}

/** To the storage thread. */
export type ThreadRequest =
  | { readonly kind: 'run'; readonly jobs: readonly Job[] }
  /** The last message: everything before it is finished first. */
  | { readonly kind: 'close' };

/** From the storage thread. */
export type ThreadReply =
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly fault: Fault }
  /** One element for each `run` message, in their order. */
  | { readonly kind: 'ran'; readonly answers: readonly Answers[] };
