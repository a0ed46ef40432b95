import { plural } from './components/numbers.ts';
import { ask, editFilter, move, NOW, rewind, STEP_MS, show } from './moves.ts';
import { LEVELS } from './panels/log/model.ts';
import type { Controls } from './ui.ts';
import { selectedKey, VIEW_NAMES, type ViewName } from './view.ts';
import { chosenLetters } from './views/dead-letters/dead-letters.ts';
import { viewOf } from './views/index.ts';

/** One thing that can be done: the keys for it, its place in the key bar and in the help. */
export interface Action {
  /** As `pressed` names them; the first is the one that is shown. */
  readonly keys: readonly string[];
  /** How the help names the keys, where that is shorter. */
  readonly named?: string;
  /** In the key bar; absent: only in the help. */
  readonly label?: (controls: Controls) => string;
  readonly help: string;
  /** The views it is for; absent: all. */
  readonly views?: readonly ViewName[];
  run(controls: Controls, key: string): void;
  /** Why it can't be done now; null: it can. */
  disabled?(controls: Controls): string | null;
}

const LISTS: readonly ViewName[] = ['requests', 'dead letters', 'log'];
/** Those whose lines say more when they are opened. */
const OPENING: readonly ViewName[] = [...LISTS, 'control'];

/** What changes the engine is for the one that is shown now, and not under --readonly. */
function unlessChanging({ readonly, ui }: Controls): string | null {
  if (readonly) return '--readonly';
  if (ui.held === null) return null;
  return ui.held.why === 'paused' ? 'the display is paused' : 'this is an earlier instant; End is live';
}

const lettersOff = (controls: Controls, letters: readonly unknown[]): string | null =>
  unlessChanging(controls) ?? (letters.length === 0 ? 'there is no dead letter' : null);

const number = (letters: number): string => plural(letters, 'dead letter');
const all = ({ scene }: Controls): number => scene.details.letters?.total ?? 0;

/** The one table of keys: what they do, the help and the key bar. */
export const ACTIONS: readonly Action[] = [
  {
    keys: [...VIEW_NAMES.map((_, at) => String(at + 1)), 'tab', 'shift+tab'],
    named: '1…7 Tab',
    help: 'the views; Tab goes to the next one',
    run(controls, key) {
      const here = VIEW_NAMES.indexOf(controls.ui.view);
      const step = { tab: here + 1, 'shift+tab': here + VIEW_NAMES.length - 1 }[key];
      show(controls, VIEW_NAMES[(step ?? Number(key) - 1) % VIEW_NAMES.length]!);
    },
  },
  {
    keys: ['down', 'j', 'up', 'k'],
    named: '↑ ↓ k j',
    help: 'select a line, or scroll by one',
    run: (controls, key) => move(controls, key === 'down' || key === 'j' ? 1 : -1),
  },
  {
    keys: ['pageup', 'pagedown', 'g', 'G', 'home'],
    named: 'PgUp PgDn g G',
    help: 'by a page; to the first, to the last',
    run(controls, key) {
      const by = { pageup: -controls.page, pagedown: controls.page, G: Number.MAX_SAFE_INTEGER }[key];
      move(controls, by ?? -Number.MAX_SAFE_INTEGER);
    },
  },
  {
    keys: ['return'],
    named: 'Enter',
    views: OPENING,
    label: () => 'open',
    help: 'the selected line in full',
    disabled: ({ scene, ui }) =>
      ui.opened === null && selectedKey(viewOf(ui.view), scene) === null ? 'nothing is selected' : null,
    run({ ui, scene, change }) {
      if (ui.opened === null) change({ opened: selectedKey(viewOf(ui.view), scene), scrolled: 0 });
    },
  },
  {
    keys: ['/'],
    views: LISTS,
    label: () => 'filter',
    help: 'only lines with these words in them',
    run: editFilter,
  },
  {
    keys: ['escape'],
    named: 'Esc',
    help: 'back: from help, a line, a filter, a pause',
    run({ ui, change }) {
      if (ui.help) return change({ help: false, scrolled: 0 });
      if (ui.opened !== null) return change({ opened: null, scrolled: 0 });
      if (ui.filters[ui.view]) return change({ filters: { ...ui.filters, [ui.view]: '' } });
      if (ui.marked.size > 0 && ui.view === 'dead letters') return change({ marked: new Set() });
      change(NOW);
    },
  },
  {
    keys: ['m'],
    views: ['dead letters'],
    label: () => 'mark',
    help: 'mark a dead letter for R and x',
    disabled: (controls) => lettersOff(controls, chosenLetters(controls.scene)),
    run(controls) {
      const { ui, scene, change } = controls;
      const key = selectedKey(viewOf('dead letters'), scene);
      if (key === null) return;
      const marked = new Set(ui.marked);
      if (!marked.delete(key)) marked.add(key);
      change({ marked });
      move(controls, 1);
    },
  },
  {
    keys: ['R'],
    views: ['dead letters'],
    label: () => 'replay',
    help: 'send the marked, else the selected, again',
    disabled: (controls) => lettersOff(controls, chosenLetters(controls.scene)),
    run(controls) {
      const letters = chosenLetters(controls.scene);
      const { source, change } = controls;
      const word = letters.length === 1 ? 'y' : 'replay';
      ask(controls, `send ${number(letters.length)} again`, word, () => {
        change({ marked: new Set() });
        return source.replay(letters);
      });
    },
  },
  {
    keys: ['A'],
    views: ['dead letters'],
    label: () => 'replay all',
    help: 'send all dead letters again',
    disabled: (controls) => lettersOff(controls, controls.scene.details.letters?.letters ?? []),
    run: (controls) =>
      ask(controls, `send all ${number(all(controls))} again`, 'replay', () => controls.source.replay(null)),
  },
  {
    keys: ['x'],
    views: ['dead letters'],
    label: () => 'remove',
    help: 'remove the marked, else the selected',
    disabled: (controls) => lettersOff(controls, chosenLetters(controls.scene)),
    run(controls) {
      const letters = chosenLetters(controls.scene);
      const word = letters.length === 1 ? 'y' : 'remove';
      ask(controls, `remove ${number(letters.length)} for good`, word, () => controls.source.purge(letters));
    },
  },
  {
    keys: ['X'],
    views: ['dead letters'],
    label: () => 'purge',
    help: 'remove all dead letters',
    disabled: (controls) => lettersOff(controls, controls.scene.details.letters?.letters ?? []),
    run: (controls) =>
      ask(controls, `remove all ${number(all(controls))} for good`, 'purge', () => controls.source.purge(null)),
  },
  {
    keys: ['b'],
    views: ['overview'],
    label: () => 'breaker',
    help: 'trip or reset the breaker of a provider',
    disabled(controls) {
      const name = selectedKey(viewOf('overview'), controls.scene);
      const provider = name === null ? undefined : controls.scene.snapshot.providers[name];
      const missing = provider?.breaker === undefined ? 'this provider has no breaker' : null;
      return unlessChanging(controls) ?? missing;
    },
    run(controls) {
      const name = selectedKey(viewOf('overview'), controls.scene)!;
      const deed = controls.scene.snapshot.providers[name]!.breaker!.state === 'closed' ? 'trip' : 'reset';
      ask(controls, `${deed} the breaker of ${name}`, 'y', () => controls.source.breaker(name, deed));
    },
  },
  {
    keys: ['p', 'space'],
    label: ({ ui }) => (ui.held === null ? 'pause' : 'go on'),
    help: 'hold the display; the engine goes on',
    run({ ui, source, now, change }) {
      change(ui.held === null ? { held: { snapshot: source.snapshot(), at: now(), why: 'paused' } } : NOW);
    },
  },
  {
    keys: ['left', 'right', 'shift+left', 'shift+right'],
    named: '← →',
    help: 'back and forth by 1 s; with Shift by 30 s',
    run(controls, key) {
      const step = key.startsWith('shift') ? 30 * STEP_MS : STEP_MS;
      rewind(controls, key.endsWith('left') ? -step : step);
    },
  },
  {
    keys: ['end'],
    named: 'End',
    help: 'live again',
    run: ({ change }) => change(NOW),
  },
  {
    keys: ['l'],
    views: ['overview', 'log'],
    label: ({ ui }) => `log: ${ui.level === 'debug' ? 'all' : ui.level}`,
    help: 'log entries from the next level on',
    run: ({ ui, change }) => change({ level: LEVELS[(LEVELS.indexOf(ui.level) + 1) % LEVELS.length]! }),
  },
  {
    keys: ['r'],
    views: ['overview'],
    label: () => 'reset',
    help: 'count anew, but for what is in flight',
    disabled: (controls) =>
      unlessChanging(controls) ?? (controls.source.reset === null ? (controls.source.resetOff ?? 'not here') : null),
    run: (controls) => ask(controls, 'start all counters anew', 'y', controls.source.reset!),
  },
  {
    keys: ['?', 'h'],
    label: () => 'help',
    help: 'this page',
    run: ({ ui, change }) => change({ help: !ui.help, scrolled: 0 }),
  },
  {
    keys: ['q', 'Q', 'ctrl+c'],
    label: () => 'quit',
    help: 'leave; what runs in here is interrupted',
    run: ({ quit }, key) => quit(key === 'ctrl+c'),
  },
];

/** Why an action is off now; null: it is not. */
export function offBecause({ views, disabled }: Action, controls: Controls): string | null {
  if (views !== undefined && !views.includes(controls.ui.view))
    return `only in ${views.length === 1 ? 'view' : 'views'} ${numbered(views)}`;
  return disabled?.(controls) ?? null;
}

const numbered = (views: readonly ViewName[]): string => views.map((name) => VIEW_NAMES.indexOf(name) + 1).join(', ');

/** Does what a key asks for; a key that can't be used now says why. Other keys do nothing. */
export function press(key: string, controls: Controls): void {
  const action = ACTIONS.find(({ keys }) => keys.includes(key));
  if (controls.ui.notice !== null) controls.change({ notice: null });
  if (action === undefined) return;
  const why = offBecause(action, controls);
  if (why === null) action.run(controls, key);
  else controls.change({ notice: `${key} is off: ${why}` });
}
