import type { Attempt, Step } from '../core/attempt.ts';
import type { OrchestratorError } from '../core/errors.ts';

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
  /** Whether its API has words for everything that a request says; absent: it takes whatever comes. */
  readonly takes?: (attempt: Attempt) => boolean;
  /** Where its API takes several prompts in one request. */
  readonly batch?: BatchProvider;
  /** True: `run` never returns a promise, so that nobody can ask the same while it runs. */
  readonly immediate?: boolean;
  /** Lets go of connections; the engine has ended. */
  close?(): void;
}

/** Answers several attempts with one request. */
export interface BatchProvider {
  /** The text that an attempt would send; null for one that cannot share a request. */
  prompt(attempt: Attempt): string | null;
  /**
   * Answers attempts of the same model and parameters. `ended` is called for each as soon as its answer is complete;
   * what is returned is why the others are not. One that is aborted is left alone, and the request ends with the last.
   */
  run(attempts: readonly Attempt[], ended: (attempt: Attempt) => void): Promise<OrchestratorError | null>;
}
