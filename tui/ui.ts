import type { LogLevel } from '../src/telemetry/log.ts';
import type { Snapshot } from '../src/telemetry/snapshot.ts';
import type { Deed, Source } from './source.ts';
import type { Scene, ViewName } from './view.ts';

/** A picture that stays while the engine goes on. */
export interface Held {
  readonly snapshot: Snapshot;
  /** When it was taken, monotonic milliseconds of the dashboard's clock. */
  readonly at: number;
  /** The display was paused there, or went back to it. */
  readonly why: 'paused' | 'rewound';
}

/** What a person has selected in a list. */
export interface Place {
  readonly key: string;
  /** Where it was: when it is gone, whatever stands there now is selected. */
  readonly index: number;
}

/** A question that waits for its answer before something is changed. */
export interface Question {
  /** `remove 312 dead letters for good` */
  readonly what: string;
  /** What must be typed: one letter acts at once, a word needs Enter. */
  readonly word: string;
  readonly deed: Deed;
}

/** What is being typed into the bottom line. */
export type Typing =
  | { readonly kind: 'filter'; readonly text: string; readonly before: string }
  | { readonly kind: 'answer'; readonly text: string; readonly question: Question };

/** What the person has chosen to see. */
export interface Ui {
  readonly view: ViewName;
  /** Null: live. */
  readonly held: Held | null;
  readonly help: boolean;
  /** Lines of the help that were scrolled past. */
  readonly scrolled: number;
  /** Log entries below it are left out. */
  readonly level: LogLevel;
  readonly places: Readonly<Partial<Record<ViewName, Place>>>;
  readonly filters: Readonly<Partial<Record<ViewName, string>>>;
  /** Dead letters that were marked. */
  readonly marked: ReadonlySet<string>;
  /** The line that is looked at closely, by its key. */
  readonly opened: string | null;
  readonly typing: Typing | null;
  /** What came of the latest key, until the next one. */
  readonly notice: string | null;
}

export const FIRST_UI: Ui = {
  view: 'overview',
  held: null,
  help: false,
  scrolled: 0,
  level: 'debug',
  places: {},
  filters: {},
  marked: new Set(),
  opened: null,
  typing: null,
  notice: null,
};

/** The pictures of the last minutes. */
export interface Past {
  /** The latest picture that is not newer; the oldest one where there is none. Null while there is no picture at all. */
  at(time: number): { readonly snapshot: Snapshot; readonly at: number } | null;
}

/** What a key can work on. */
export interface Controls {
  readonly ui: Ui;
  readonly scene: Scene;
  readonly source: Source;
  readonly past: Past;
  /** Nothing may be changed but the display. */
  readonly readonly: boolean;
  /** Monotonic milliseconds, as in the past. */
  now(): number;
  /** Lines that a page of a list has. */
  readonly page: number;
  change(part: Partial<Ui>): void;
  /** Does something to the engine, and tells what came of it. */
  act(deed: Deed): void;
  /** @param interrupted by Ctrl-C, which is told by the exit code */
  quit(interrupted: boolean): void;
}
