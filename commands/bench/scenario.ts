import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import type { Row } from './row.ts';
import type { Results, Task } from './worker/task.ts';

/** What a scenario measures with. */
export interface Bench {
  /** Independent repeats of each figure, by what to call them: so many, or as many as fit into the time that was asked for. */
  rounds(): Iterable<string>;
  /** Far fewer requests: shows that everything works, and measures nothing worth keeping. */
  readonly quick: boolean;
  /** The command line that reproduces this run. */
  readonly command: string;
  /** Does one task in a process of its own. */
  measure<Kind extends Task['kind']>(task: Extract<Task, { kind: Kind }>): Promise<Results[Kind]>;
  /** One line for whoever waits. */
  progress(line: string): void;
  /** Shows an engine that was not measured by a task; null where nobody watches. Not while something is measured. */
  readonly show: ((snapshot: Snapshot) => void) | null;
}

/** A named set of rows that one run of `bench` measures. */
export interface Scenario {
  readonly name: string;
  readonly summary: string;
  /** The ids of its rows, in order. */
  readonly ids: readonly string[];
  run(bench: Bench): Promise<readonly Row[]>;
}
