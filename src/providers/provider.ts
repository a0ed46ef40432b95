import type { Attempt, Step } from '../core/attempt.ts';

/** One place answers come from. Adding one is a folder with its definition and a line in `index.ts`. */
export interface Provider {
  /** The name it has in the configuration. */
  readonly name: string;
  /** What it speaks, in the word of the configuration: `echo`, `open_ai`, … */
  readonly kind: string;
  /** The model it answers with unless a request names one. */
  readonly model: string;
  /**
   * Answers one attempt: emits the text as it arrives, sets `error` instead of throwing. It waits for nothing longer
   * than until the signal aborts, and leaves the attempt alone once it has settled: text that comes later is ignored.
   */
  readonly run: Step<Attempt>;
  /** True: `run` never returns a promise, so that nobody can ask the same while it runs. */
  readonly immediate?: boolean;
  /** Lets go of connections; the engine has ended. */
  close?(): void;
}
