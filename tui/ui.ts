import type { LogLevel } from '../src/telemetry/log.ts';
import type { Snapshot } from '../src/telemetry/snapshot.ts';
import type { Source } from './source.ts';

/** What the person has chosen to see. */
export interface Ui {
  /** The picture that is held while the display is paused. */
  readonly held: Snapshot | null;
  readonly help: boolean;
  /** Log entries below it are left out. */
  readonly level: LogLevel;
  /** What came of the latest key, until the next one. */
  readonly notice: string | null;
}

export const FIRST_UI: Ui = { held: null, help: false, level: 'debug', notice: null };

/** What a key can work on. */
export interface Controls {
  readonly ui: Ui;
  readonly source: Source;
  /** Nothing may be changed but the display. */
  readonly readonly: boolean;
  change(part: Partial<Ui>): void;
  /** @param interrupted by Ctrl-C, which is told by the exit code */
  quit(interrupted: boolean): void;
}
