import type { OrchestratorError } from '../core/errors.ts';
import type { Job } from '../core/job.ts';
import type { AdmissionEvents } from './events.ts';

/** A request that may not come in, and why: its outcome, at once. */
export interface Refusal {
  readonly status: 'blocked' | 'limited';
  readonly error: OrchestratorError;
}

/** A request that may come in a little later: its caller wants to wait rather than be refused. */
export interface Delay {
  readonly status: 'wait';
  readonly waitMs: number;
  /** The wait is over: the request comes in now, or has ended before. */
  over(came: boolean): void;
}

/** Somebody else must say whether a request may come in. */
export interface Question {
  readonly status: 'ask';
  /** Null lets the request pass; never rejects. */
  readonly answer: Promise<Refusal | null>;
  /** The request has ended before the answer came. */
  abandoned(): void;
  /** What is still to be passed then. */
  readonly rest?: Entrance;
}

/** What a request is told at the entry; null lets it pass. */
export type Answer = Refusal | Delay | Question | null;

/** The whole entry. */
export type Entrance = (job: Job) => Answer;

/** One condition of coming in, at a time in monotonic milliseconds. It never throws; only the last one may ask for a wait. */
export type Check = (job: Job, now: number) => Answer;

/** Tells whoever listens. */
export type Report = <Name extends keyof AdmissionEvents>(name: Name, event: AdmissionEvents[Name]) => void;
