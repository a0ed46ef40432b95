import type { LogLevel } from '../../../src/telemetry/log.ts';
import type { Snapshot } from '../../../src/telemetry/snapshot.ts';
import type { Look } from '../../panel.ts';

/** From the one that shows all to the one that shows least. */
export const LEVELS = ['debug', 'info', 'warn', 'error'] as const satisfies readonly LogLevel[];

export interface LogRow {
  readonly time: string;
  readonly level: LogLevel;
  readonly event: string;
  /** `key=value key=value` */
  readonly fields: string;
}

export interface LogModel {
  readonly level: LogLevel;
  /** Entries of the level and above, oldest first. */
  readonly rows: readonly LogRow[];
  /** Entries that are there and not shown. */
  readonly hidden: number;
}

export function logModel(
  { log }: Pick<Snapshot, 'log'>,
  { level, timeOfDay }: Pick<Look, 'level' | 'timeOfDay'>,
): LogModel {
  const least = LEVELS.indexOf(level);
  const shown = log.filter((entry) => LEVELS.indexOf(entry.level) >= least);
  const rows = shown.map(({ at, level: of, event, fields }) => ({
    time: timeOfDay(at),
    level: of,
    event,
    fields: Object.entries(fields)
      .map(([key, value]) => `${key}=${fieldText(value)}`)
      .join(' '),
  }));
  return { level, rows, hidden: log.length - rows.length };
}

/** A value as people read it: to the thousandth at most. */
export const fieldText = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 1000) / 1000) : value;
