import { press } from './keys.ts';
import { typeInto } from './moves.ts';
import type { Controls } from './ui.ts';

/** What ink tells of a key that the tables have a name for. */
export interface Pressed {
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
  readonly escape: boolean;
  readonly return: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
}

const NAMED = [
  ['escape', 'escape'],
  ['return', 'return'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
] as const;

/** Those that Shift makes another key of. */
const SHIFTED = [
  ['tab', 'tab'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
] as const;

/** The names of what was pressed; keys that were typed faster than they were read come together. */
export function pressed(input: string, key: Pressed): readonly string[] {
  for (const [flag, name] of NAMED) if (key[flag]) return [name];
  for (const [flag, name] of SHIFTED) if (key[flag]) return [key.shift ? `shift+${name}` : name];
  if (key.meta) return [];
  if (key.ctrl) return [`ctrl+${input}`];
  return [...input].map((typed) => NAMES[typed] ?? typed);
}

const NAMES: Readonly<Record<string, string>> = { ' ': 'space', '\r': 'return', '\n': 'return', '\t': 'tab' };

/** A key goes into the text that is being typed, or does what it stands for. */
export function take(key: string, controls: Controls): void {
  if (controls.ui.typing !== null && key !== 'ctrl+c') typeInto(key, controls);
  else press(key, controls);
}
