import type { DeadLetter } from '../../src/core/dead-letter.ts';
import type { Outcome } from '../../src/core/outcome.ts';
import type { BreakerChange } from '../../src/inference/events.ts';
import type { Config } from '../../src/sections.ts';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import type { Call, Scene, Sent } from './scene.ts';

export interface Violation {
  readonly checker: string;
  readonly message: string;
}

/** Watches one promise of the engine for as long as a simulation runs. */
export interface Checker {
  submitted?(sent: Sent): void;
  called?(call: Call): void;
  /** The provider has ended a call; the engine is about to hear of it. */
  ended?(call: Call): void;
  /** Somebody has tripped or reset a breaker by hand, whether that changed it or not. */
  breakerTouched?(provider: string): void;
  breakerChanged?(change: BreakerChange): void;
  told?(sent: Sent, outcome: Outcome): void;
  /** The engine was started with this configuration, or has taken it over. */
  applied?(config: Config): void;
  /** The answers that were kept are forgotten on purpose. */
  forgotten?(): void;
  buried?(letter: DeadLetter): void;
  /**
   * A new snapshot. `exact`: all callers have been told of what it counts. `quiet`: nothing is on the stack, and no promise
   * is left to run.
   */
  looked?(snapshot: Snapshot, exact: boolean, quiet: boolean): void;
  /** A drain of so many milliseconds is over, and took so many. */
  drained?(graceMs: number, tookMs: number): void;
  /** The engine was drained and nothing waits any more. */
  atRest?(snapshot: Snapshot): void;
}

/** One file each in `checkers/`, and one line in `checkers/index.ts`. */
export interface CheckerDefinition {
  readonly name: string;
  watch(scene: Scene, fail: (message: string) => void): Checker;
}
