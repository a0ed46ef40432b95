import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import { present } from '../../core/present.ts';
import type { Hook, HookPosition, HookResult, HookSubject } from '../hooks.ts';
import type { Plugin, PluginPicture } from './plugin.ts';

export interface PluginSurroundings {
  readonly clock: Clock;
  /** Failures in a row after which a plugin is disabled. */
  readonly maxFailures: number;
  /** A plugin has failed too often, and is passed over from now on. */
  onDisabled(name: string, reason: string): void;
}

/** A plugin at its hooks: counts and times what it does, and gives it up when it fails too often in a row. */
export class HookedPlugin {
  readonly plugin: Plugin;
  /** Calls, and whatever else changes the picture. */
  stamp = 0;
  private on = true;
  private reason: string | undefined;
  private readonly calls: Partial<Record<HookPosition, number>> = {};
  /** Failures in a row, by position: a hook that works must not hide that another one never does. */
  private failures: Partial<Record<HookPosition, number>> = {};
  private errors = 0;
  private aborts = 0;
  private refusals = 0;
  private changes = 0;
  private timeMs = 0;
  private slowestMs = 0;
  private readonly surroundings: PluginSurroundings;

  constructor(plugin: Plugin, surroundings: PluginSurroundings) {
    this.plugin = plugin;
    this.surroundings = surroundings;
  }

  get enabled(): boolean {
    return this.on;
  }

  /** Turns it on, with a clean record of failures, or off. */
  turn(on: boolean, reason?: string): void {
    this.on = on;
    this.reason = reason;
    this.failures = {};
    this.stamp++;
  }

  hookAt(position: HookPosition): Hook {
    const plugin = this;
    return {
      name: plugin.plugin.name,
      get enabled() {
        return plugin.on;
      },
      run: (subject) => (plugin.on ? plugin.call(position, subject) : undefined),
    };
  }

  private call(position: HookPosition, subject: HookSubject): HookResult | Promise<HookResult> {
    const { clock } = this.surroundings;
    this.calls[position] = (this.calls[position] ?? 0) + 1;
    const { messages, text } = subject;
    const startedAt = clock.now();
    const ended = (result: HookResult): HookResult => {
      this.took(clock.now() - startedAt);
      if (subject.messages !== messages || subject.text !== text) this.changes++;
      this.decided(position, result);
      return result;
    };
    const threw = (thrown: unknown): never => {
      this.took(clock.now() - startedAt);
      this.failed(position, `threw: ${messageOf(thrown)}`);
      throw thrown;
    };
    let result: HookResult | Promise<HookResult>;
    try {
      result = this.plugin.hooks[position]!(subject);
    } catch (thrown) {
      return threw(thrown);
    }
    const later = typeof (result as Partial<PromiseLike<HookResult>> | null | undefined)?.then === 'function';
    return later ? Promise.resolve(result).then(ended, threw) : ended(result as HookResult);
  }

  private took(ms: number): void {
    this.stamp++;
    this.timeMs += ms;
    this.slowestMs = Math.max(this.slowestMs, ms);
  }

  private decided(position: HookPosition, result: unknown): void {
    const refused = typeof (result as { error?: unknown } | null | undefined)?.error === 'string';
    if (result === 'abort') this.aborts++;
    else if (refused) this.refusals++;
    else if (result !== undefined && result !== 'continue') return this.failed(position, 'returned what means nothing');
    this.failures[position] = 0;
  }

  private failed(position: HookPosition, how: string): void {
    this.errors++;
    const inARow = (this.failures[position] ?? 0) + 1;
    this.failures[position] = inARow;
    const { maxFailures, onDisabled } = this.surroundings;
    if (!this.on || inARow < maxFailures) return;
    const reason = `${how} (${inARow} times in a row at ${position})`;
    this.turn(false, reason);
    onDisabled(this.plugin.name, reason);
  }

  read(): PluginPicture {
    return {
      enabled: this.on,
      calls: { ...this.calls },
      errors: this.errors,
      aborts: this.aborts,
      refusals: this.refusals,
      changes: this.changes,
      time_ms: rounded(this.timeMs),
      slowest_ms: rounded(this.slowestMs),
      ...present({ disabled_because: this.reason, numbers: this.numbers() }),
    };
  }

  private numbers(): Readonly<Record<string, number>> | undefined {
    try {
      return this.plugin.numbers?.();
    } catch {
      // It has nothing to show; that is no reason for the others to be hidden.
      return undefined;
    }
  }
}

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;
