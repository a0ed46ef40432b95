import type { Clock } from '../core/clock.ts';
import { DEAD_LETTER_REASONS, type DeadLetter, type DeadLetterReason } from '../core/dead-letter.ts';
import type { OrchestratorError } from '../core/errors.ts';
import type { Job } from '../core/job.ts';

/** The dead letter a settled request leaves; null for ends that leave none (capability A9). */
export function deadLetterOf(job: Job, clock: Clock): DeadLetter | null {
  const reason = reasonOf(job);
  return reason === null ? null : letter(job, reason, job.error, clock);
}

/** The dead letter of a request that fails after it had ended: its outcome could not be written down. */
export function failedLetter(job: Job, error: OrchestratorError, clock: Clock): DeadLetter {
  return letter(job, 'failed', error, clock);
}

function letter(job: Job, reason: DeadLetterReason, error: OrchestratorError | null, clock: Clock): DeadLetter {
  return {
    request: job.request,
    reason,
    error: error === null ? null : { code: error.code, message: error.message },
    attempts: job.attempts,
    hops: job.options?.hops ?? 0,
    at: clock.wall(),
  };
}

function reasonOf(job: Job): DeadLetterReason | null {
  switch (job.ended) {
    case 'shed':
    case 'expired':
      return job.ended;
    case 'failed':
      return job.error?.code === 'interrupted' ? 'interrupted' : 'failed';
    default:
      return null;
  }
}

/** The latest dead letters in memory; the oldest leave first. The store keeps them all. */
export class DeadLetterRing {
  readonly capacity: number;
  private readonly letters: DeadLetter[] = [];
  private oldest = 0;
  private readonly counts: Record<DeadLetterReason, number> = { shed: 0, expired: 0, failed: 0, interrupted: 0 };

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get depth(): number {
    return this.letters.length;
  }

  /** Letters since the start, by reason; those that have left the ring included. */
  get byReason(): Readonly<Record<DeadLetterReason, number>> {
    return this.counts;
  }

  get total(): number {
    return DEAD_LETTER_REASONS.reduce((sum, reason) => sum + this.counts[reason], 0);
  }

  push(letter: DeadLetter): void {
    this.counts[letter.reason]++;
    if (this.letters.length < this.capacity) {
      this.letters.push(letter);
      return;
    }
    this.letters[this.oldest] = letter;
    this.oldest = (this.oldest + 1) % this.capacity;
  }

  /** Takes a letter out, for instance because it is sent again; the counts stay. */
  remove(letter: DeadLetter): void {
    const rest = this.list().filter((other) => other !== letter);
    this.letters.splice(0, this.letters.length, ...rest);
    this.oldest = 0;
  }

  /** Oldest first. */
  list(): readonly DeadLetter[] {
    return [...this.letters.slice(this.oldest), ...this.letters.slice(0, this.oldest)];
  }
}
