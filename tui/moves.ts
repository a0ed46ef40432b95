import type { Deed } from './source.ts';
import type { Controls, Typing, Ui } from './ui.ts';
import { selectedIndex, type ViewName } from './view.ts';
import { viewOf } from './views/index.ts';

/** How far `←` goes back, milliseconds. */
export const STEP_MS = 1000;

/** The live picture. */
export const NOW: Partial<Ui> = { held: null };

export function show({ change }: Controls, view: ViewName): void {
  change({ view, help: false, opened: null, scrolled: 0, typing: null });
}

/** Moves the selection of a list, or scrolls what is open. */
export function move({ ui, scene, change }: Controls, by: number): void {
  if (ui.help || ui.opened !== null) {
    change({ scrolled: Math.min(Math.max(ui.scrolled + by, 0), MOST_LINES) });
    return;
  }
  const view = viewOf(ui.view);
  const keys = view.keys?.(scene) ?? [];
  if (keys.length === 0) return;
  const index = Math.min(Math.max(selectedIndex(view, scene) + by, 0), keys.length - 1);
  change({ places: { ...ui.places, [ui.view]: { key: keys[index]!, index } } });
}

/** No open page is longer. */
const MOST_LINES = 20_000;

/** Shows an earlier instant, or one that came after it. */
export function rewind({ ui, past, now, change }: Controls, by: number): void {
  const from = ui.held?.at ?? now();
  if (from + by >= now()) {
    change(NOW);
    return;
  }
  const picture = past.at(from + by);
  if (picture === null) change({ notice: 'nothing has been recorded yet' });
  else if (by < 0 && picture.at >= from) change({ notice: 'nothing older has been recorded' });
  // Where nothing changed for a while one picture stands for all of it.
  else change({ held: { snapshot: picture.snapshot, at: Math.max(picture.at, from + by), why: 'rewound' } });
}

export function editFilter({ ui, change }: Controls): void {
  const before = ui.filters[ui.view] ?? '';
  change({ typing: { kind: 'filter', text: before, before }, opened: null, scrolled: 0 });
}

/** Asks before something is changed. */
export function ask({ change }: Controls, what: string, word: string, deed: Deed): void {
  change({ typing: { kind: 'answer', text: '', question: { what, word, deed } } });
}

/** A key while a text is being typed. */
export function typeInto(key: string, controls: Controls): void {
  const { ui, change } = controls;
  const typing = ui.typing!;
  if (key === 'escape') {
    change({ typing: null, ...(typing.kind === 'filter' ? filtered(ui, typing.before) : {}) });
  } else if (key === 'return') {
    if (typing.kind === 'filter') change({ typing: null });
    else answered(controls, typing, typing.text);
  } else if (key === 'backspace') {
    edited(controls, typing, [...typing.text].slice(0, -1).join(''));
  } else {
    const text = key === 'space' ? ' ' : key;
    // Arrows and the like have names; what is typed is one character.
    if ([...text].length === 1) edited(controls, typing, typing.text + text);
  }
}

const filtered = ({ filters, view }: Ui, text: string): Partial<Ui> => ({ filters: { ...filters, [view]: text } });

function edited(controls: Controls, typing: Typing, text: string): void {
  const { ui, change } = controls;
  if (typing.kind === 'filter') change({ typing: { ...typing, text }, ...filtered(ui, text) });
  // A yes or no needs no Enter.
  else if (typing.question.word.length === 1) answered(controls, typing, text);
  else change({ typing: { ...typing, text } });
}

function answered({ change, act }: Controls, { question }: Extract<Typing, { kind: 'answer' }>, text: string): void {
  change({ typing: null });
  if (text === question.word) act(question.deed);
  else change({ notice: `left as it is: ${question.what}` });
}
