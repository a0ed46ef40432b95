import { LEVELS } from './panels/log/model.ts';
import type { Controls } from './ui.ts';

/** One thing that can be done: the keys for it, its place in the key bar and in the help. */
export interface Action {
  /** As `pressed` names them; the first is the one that is shown. */
  readonly keys: readonly string[];
  /** In the key bar; absent: only in the help. */
  readonly label?: (controls: Controls) => string;
  readonly help: string;
  run(controls: Controls, key: string): void;
  /** Why it can't be done now; null: it can. */
  disabled?(controls: Controls): string | null;
}

/** The one table of keys: what they do, the help and the key bar. */
export const ACTIONS: readonly Action[] = [
  {
    keys: ['p', 'space'],
    label: ({ ui }) => (ui.held === null ? 'pause' : 'go on'),
    help: 'hold the display; the engine goes on',
    run: ({ ui, source, change }) => change({ held: ui.held === null ? source.snapshot() : null }),
  },
  {
    keys: ['l'],
    label: ({ ui }) => `log: ${ui.level === 'debug' ? 'all' : ui.level}`,
    help: 'show log entries from the next level on',
    run: ({ ui, change }) => change({ level: LEVELS[(LEVELS.indexOf(ui.level) + 1) % LEVELS.length]! }),
  },
  {
    keys: ['r'],
    label: () => 'reset',
    help: 'count anew; what is in flight stays counted',
    disabled: ({ readonly, ui }) => {
      if (readonly) return '--readonly';
      return ui.held === null ? null : 'the display is paused';
    },
    run: ({ source, change }) => {
      source.reset();
      change({ notice: 'counters start anew' });
    },
  },
  {
    keys: ['?', 'h'],
    label: () => 'help',
    help: 'this page',
    run: ({ ui, change }) => change({ help: !ui.help }),
  },
  {
    keys: ['escape'],
    help: 'back from this page',
    run: ({ change }) => change({ help: false }),
  },
  {
    keys: ['q', 'Q', 'ctrl+c'],
    label: () => 'quit',
    help: 'leave; what is in flight is interrupted',
    run: ({ quit }, key) => quit(key === 'ctrl+c'),
  },
];

/** Does what a key asks for; a key that can't be used now says why. Other keys do nothing. */
export function press(key: string, controls: Controls): void {
  const action = ACTIONS.find(({ keys }) => keys.includes(key));
  if (controls.ui.notice !== null) controls.change({ notice: null });
  if (action === undefined) return;
  const why = action.disabled?.(controls) ?? null;
  if (why === null) action.run(controls, key);
  else controls.change({ notice: `${key} is off: ${why}` });
}

/** What ink tells of a key that this table has a name for. */
interface Pressed {
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly escape: boolean;
}

/** The names of what was pressed; keys that were typed faster than they were read come together. */
export function pressed(input: string, key: Pressed): readonly string[] {
  if (key.escape) return ['escape'];
  if (key.meta) return [];
  if (key.ctrl) return [`ctrl+${input}`];
  return [...input].map((typed) => (typed === ' ' ? 'space' : typed));
}
