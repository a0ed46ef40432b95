import type { Outcome } from './outcome.ts';
import type { Statement } from './statement.ts';

/**
 * What a caller may add to a request without it being part of the question.
 * A request submitted with options, be they empty, is timed exactly; of the others one in 512 is.
 */
export interface SubmitOptions {
  /** Cancels the request when it aborts. */
  readonly signal?: AbortSignal;
  /** How often this request has been a dead letter before. */
  readonly hops?: number;
  /** Milliseconds this submission may take, in place of the request's own deadline. */
  readonly deadlineMs?: number;
  /** Waits for its turn where a rate limit would refuse it, as long as its deadline allows. */
  readonly wait?: boolean;
  /** Whether the submitter keeps a request that ends like this: then it leaves no dead letter. */
  readonly keeps?: (outcome: Outcome) => boolean;
  /**
   * False: nobody reads the answer before its end, so providers are asked for the whole of it at once, which costs a
   * fraction. Whoever listens nonetheless gets it in one piece; an attempt that begins while somebody listens streams.
   */
  readonly stream?: boolean;
  /**
   * Writes the outcome down before the caller hears of it, in one atomic unit with `along` (the dead letter, if it
   * leaves one): all of it is on disk, or nothing is. When it rejects, the outcome is a failure.
   */
  readonly record?: (outcome: Outcome, along: readonly Statement[]) => Promise<void>;
}
