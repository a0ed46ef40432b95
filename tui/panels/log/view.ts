import { type Line, type Role, span } from '../../text.ts';
import type { LogModel } from './model.ts';

export const LEVEL_ROLES: Readonly<Record<LogModel['level'], Role>> = {
  debug: 'faint',
  info: 'plain',
  warn: 'warning',
  error: 'bad',
};

export function logTitle({ level, hidden }: LogModel): Line {
  if (level === 'debug') return [span('LOG', 'strong')];
  return [span('LOG', 'strong'), span(` from ${level} on, ${hidden} hidden`)];
}

/** As many entries as there is room for: of those in order of time the last ones, where the newest come first the first. */
export function logView(
  { rows, hidden }: LogModel,
  _width: number,
  height: number,
  from: 'first' | 'last' = 'last',
): readonly Line[] {
  if (rows.length === 0) return [[span(hidden === 0 ? 'nothing yet' : 'nothing at this level', 'faint')]];
  return (from === 'last' ? rows.slice(-height) : rows.slice(0, height)).map(({ time, level, event, fields }) => [
    span(`${time} `, 'faint'),
    span(level.toUpperCase().padEnd(6), LEVEL_ROLES[level]),
    span(event),
    span(fields === '' ? '' : `  ${fields}`, 'faint'),
  ]);
}
