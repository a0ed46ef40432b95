/** Times of a request that waited, was sampled, has a deadline or can be cancelled; monotonic milliseconds. */
export interface Trace {
  readonly acceptedAt: number;
  /** When the current stage was entered, queue included. */
  enteredAt: number;
  queuedMs: number;
  endedAt: number;
  /** When it expires; infinite without a deadline. */
  deadlineAt: number;
  /** Ticket of the deadline among the time-outs; -1 while it is not watched. */
  deadlineTicket: number;
  /** Takes the listener off the caller's signal. */
  detach: (() => void) | null;
}

export function traceFrom(now: number): Trace {
  return {
    acceptedAt: now,
    enteredAt: now,
    queuedMs: 0,
    endedAt: now,
    deadlineAt: Number.POSITIVE_INFINITY,
    deadlineTicket: -1,
    detach: null,
  };
}
