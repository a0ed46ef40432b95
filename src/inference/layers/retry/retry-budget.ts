/** In tenths of a retry: what a call that ended adds, what one that was answered adds to that, and what a retry costs. */
const CALL = 1;
const ANSWER = 5;
const RETRY = 10;
/** In the same tenths: what a process begins with, and the most it saves up. */
const INITIAL = 100;
const LARGEST = 1000;

/**
 * How many retries and failovers there may be in proportion to calls, so that they never multiply the load of a provider
 * that is down (as Finagle's `RetryBudget` and gRPC's retry throttling do). When nothing is answered, it allows one to
 * ten calls and what was saved up, a hundred at most: over 1,000 calls, no more than 1.2 attempts each. Every answered call
 * allows half a retry more.
 */
export class RetryBudget {
  /** Calls that were answered; counted by whoever runs them, without a function call on the plain path. */
  answered = 0;
  /** Calls, or first attempts that are about to be retried, that were not. */
  failed = 0;
  private balance = INITIAL;
  private seen = 0;
  private seenAnswered = 0;

  /** Takes one retry out; false when there is none. */
  withdraw(): boolean {
    const { answered, failed } = this;
    const ended = answered + failed;
    const added = (ended - this.seen) * CALL + (answered - this.seenAnswered) * ANSWER;
    this.balance = Math.min(this.balance + added, LARGEST);
    this.seen = ended;
    this.seenAnswered = answered;
    if (this.balance < RETRY) return false;
    this.balance -= RETRY;
    return true;
  }
}
