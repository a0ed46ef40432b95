import { type Job, traceFrom } from '../core/job.ts';
import { PRIORITIES, type Priority } from '../core/priority.ts';

/** Waiting this long lifts a request by one priority level, so that low ones are never starved. */
export const AGEING_MS = 5000;

const LEVELS = { critical: 0, high: 1, normal: 2, low: 3 } as const satisfies Record<Priority, number>;

/**
 * The bounded queue in front of one stage: four rings, FIFO inside a level. Between levels the request with the
 * earliest `arrival + level × AGEING_MS` goes first: urgent ones overtake, and nobody is overtaken for ever.
 *
 * A cancelled job leaves the count at once; its place in the ring is skipped later, so cancelling costs nothing.
 */
export class StageQueue {
  readonly capacity: number;
  /** Jobs that wait. */
  count = 0;
  private readonly rings = PRIORITIES.map(() => new Ring());

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get full(): boolean {
    return this.count >= this.capacity;
  }

  /** Appends a job; the caller has checked for room. `now` in monotonic milliseconds. */
  push(job: Job, now: number): void {
    job.queuedSince = now;
    this.rings[LEVELS[job.request.priority ?? 'normal'] ?? LEVELS.normal]!.push(job);
    this.count++;
  }

  /** Takes the job that is next; null when empty. */
  shift(): Job | null {
    let best: Ring | null = null;
    let earliest = Number.POSITIVE_INFINITY;
    for (let level = 0; level < this.rings.length; level++) {
      const ring = this.rings[level]!;
      ring.dropSettled();
      if (ring.length === 0) continue;
      const due = ring.headTime + level * AGEING_MS;
      if (due < earliest) {
        earliest = due;
        best = ring;
      }
    }
    if (best === null) return null;
    this.count--;
    return best.shift();
  }

  /** A waiting job was settled elsewhere: it no longer counts. */
  forget(): void {
    this.count--;
  }

  /** Everybody who waits, level by level. */
  *[Symbol.iterator](): Generator<Job> {
    for (const ring of this.rings) yield* ring;
  }
}

/** A growable ring of jobs; settled jobs are skipped. */
class Ring {
  length = 0;
  private head = 0;
  private jobs: (Job | null)[] = [];

  /** Since when the first one waits; it has not been settled. */
  get headTime(): number {
    return this.jobs[this.head]!.queuedSince!;
  }

  push(job: Job): void {
    if (this.length === this.jobs.length) this.makeRoom();
    this.jobs[(this.head + this.length++) & (this.jobs.length - 1)] = job;
  }

  shift(): Job {
    const job = this.jobs[this.head]!;
    this.jobs[this.head] = null;
    this.head = (this.head + 1) & (this.jobs.length - 1);
    this.length--;
    return job;
  }

  dropSettled(): void {
    while (this.length > 0 && this.jobs[this.head]!.ended !== null) this.shift();
  }

  *[Symbol.iterator](): Generator<Job> {
    for (let i = 0; i < this.length; i++) {
      const job = this.jobs[(this.head + i) & (this.jobs.length - 1)]!;
      if (job.ended === null) yield job;
    }
  }

  /** Squeezes settled jobs out; doubles when most are alive, so that both stay amortised constant. */
  private makeRoom(): void {
    const alive = [...this];
    const size = alive.length * 2 > this.jobs.length ? this.jobs.length * 2 : Math.max(this.jobs.length, 16);
    this.jobs = new Array<Job | null>(size).fill(null);
    for (let i = 0; i < alive.length; i++) this.jobs[i] = alive[i]!;
    this.head = 0;
    this.length = alive.length;
  }
}

/** A shorter wait is no reason to time a request: in a flood of work that never waits itself everybody waits so long. */
const WORTH_TIMING_MS = 1;

/**
 * Books the wait in a queue and returns it, milliseconds. A job that only waits has no trace yet: a hundred thousand of
 * them would cost 16 MB. It gets one now if it waited long enough, or is to be `timed` anyway.
 */
export function endWait(job: Job, now: number, timed: boolean): number {
  const since = job.queuedSince!;
  const waitedMs = now - since;
  job.queuedSince = null;
  if (timed || waitedMs >= WORTH_TIMING_MS) job.trace ??= traceFrom(since);
  if (job.trace !== null) job.trace.queuedMs += waitedMs;
  return waitedMs;
}
