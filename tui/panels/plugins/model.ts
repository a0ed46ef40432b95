import type { Snapshot } from '../../../src/telemetry/snapshot.ts';

export interface PluginRow {
  readonly name: string;
  readonly enabled: boolean;
  /** Why it is off, when nobody wished it. */
  readonly because: string | null;
  readonly calls: number;
  readonly errors: number;
  /** The longest call, milliseconds. */
  readonly slowestMs: number;
}

/** What each plugin has done, in the order of the snapshot; null without any. */
export function pluginsModel({ plugins = {} }: Snapshot): readonly PluginRow[] | null {
  const rows = Object.entries(plugins).map(([name, { enabled, disabled_because, calls, errors, slowest_ms }]) => ({
    ...{ name, enabled, errors, slowestMs: slowest_ms },
    because: disabled_because ?? null,
    calls: Object.values(calls).reduce((sum, times) => sum + times, 0),
  }));
  return rows.length === 0 ? null : rows;
}
