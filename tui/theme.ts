import type { Environment } from '../src/core/environment.ts';
import type { Line, Role } from './text.ts';

/** Turns a line into what the terminal is sent. */
export type Paint = (line: Line) => string;

/**
 * Of the sixteen colours of the terminal, which its user has chosen to be readable; `faint` is an attribute, as the
 * "bright black" of many light schemes cannot be told from the background.
 */
const SGR: Readonly<Record<Exclude<Role, 'plain'>, readonly [on: number, off: number]>> = {
  faint: [2, 22],
  strong: [1, 22],
  good: [32, 39],
  warning: [33, 39],
  bad: [31, 39],
  accent: [36, 39],
};

/** Colours unless `NO_COLOR` (any text, https://no-color.org) or a terminal that knows none asks for words alone. */
export function createPaint(environment: Environment): Paint {
  const coloured = !environment['NO_COLOR'] && environment['TERM'] !== 'dumb';
  return (line) =>
    line
      .map(({ text, role }) => {
        if (role === 'plain' || !coloured) return text;
        const [on, off] = SGR[role];
        return `\u001b[${on}m${text}\u001b[${off}m`;
      })
      .join('');
}
