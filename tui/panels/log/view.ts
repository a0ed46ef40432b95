import { type Line, type Role, span } from '../../text.ts';
import type { LogModel } from './model.ts';

const ROLES: Readonly<Record<LogModel['level'], Role>> = {
  debug: 'faint',
  info: 'plain',
  warn: 'warning',
  error: 'bad',
};

export function logTitle({ level, hidden }: LogModel): Line {
  if (level === 'debug') return [span('LOG', 'strong')];
  return [span('LOG', 'strong'), span(` from ${level} on, ${hidden} hidden`)];
}

/** The latest entries, the last one at the bottom. */
export function logView({ rows, hidden }: LogModel, _width: number, height: number): readonly Line[] {
  if (rows.length === 0) return [[span(hidden === 0 ? 'nothing yet' : 'nothing at this level', 'faint')]];
  return rows
    .slice(-height)
    .map(({ time, level, event, fields }) => [
      span(`${time} `, 'faint'),
      span(level.toUpperCase().padEnd(6), ROLES[level]),
      span(event),
      span(fields === '' ? '' : `  ${fields}`, 'faint'),
    ]);
}
