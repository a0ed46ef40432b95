import type { Hook, HookPosition } from '../hooks.ts';

/** Code at one or more of the ten hooks, under one name; what a module of `plugins.modules` exports as default. */
export interface Plugin {
  /** Matches `^[A-Za-z0-9_-]{1,64}$`. */
  readonly name: string;
  /** What runs where; a hook may change the subject and decide as `Hook.run` says. */
  readonly hooks: Readonly<Partial<Record<HookPosition, Hook['run']>>>;
  /** Numbers of its own, shown with the others in the snapshot. */
  numbers?(): Readonly<Record<string, number>>;
}

/** What is known of a plugin from its own calls. */
export interface PluginPicture {
  readonly enabled: boolean;
  /** Why it was disabled, when that was not somebody's wish. */
  readonly disabled_because?: string;
  /** By position. */
  readonly calls: Readonly<Partial<Record<HookPosition, number>>>;
  /** Calls that threw or returned what means nothing. */
  readonly errors: number;
  /** Calls that skipped the rest of their position. */
  readonly aborts: number;
  /** Calls that failed their request on purpose. */
  readonly refusals: number;
  /** Calls that changed messages or text. */
  readonly changes: number;
  /** Milliseconds in all calls together, what they waited for included. */
  readonly time_ms: number;
  /** The longest call, milliseconds. */
  readonly slowest_ms: number;
  readonly numbers?: Readonly<Record<string, number>>;
}
