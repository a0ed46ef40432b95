import type { Snapshot } from '../src/telemetry/snapshot.ts';
import { MARGIN, type Row } from './layout.ts';
import type { Look } from './panel.ts';
import type { Details, Topic } from './source.ts';
import type { Line } from './text.ts';
import type { Ui } from './ui.ts';

export const VIEW_NAMES = ['overview', 'requests', 'dead letters', 'experiments', 'control', 'cluster', 'log'] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

/** All that a view is drawn from. */
export interface Scene {
  /** Of the instant that is shown. */
  readonly snapshot: Snapshot;
  /** Of now, also while an earlier instant is shown: views leave out what came after it. */
  readonly details: Details;
  readonly look: Look;
  readonly ui: Ui;
}

/** One of the pages between which the number keys change. */
export interface View {
  readonly name: ViewName;
  /** What it shows beside the snapshot. */
  readonly topic?: Topic;
  /** Keys of the lines that can be selected, top to bottom. */
  keys?(scene: Scene): readonly string[];
  /** Where the selection stands until somebody moves it: at what is newest. */
  readonly starts?: 'first' | 'last';
  /** Whether Enter shows more of the selected line. */
  readonly opens?: boolean;
  /** Whether `/` narrows its list down. */
  readonly filters?: boolean;
  /** Rows of panels for a width with both outer borders, and a height without the last one. */
  draw(scene: Scene, columns: number, height: number): readonly Row[];
}

/** The line that is selected; -1 where there is none. */
export function selectedIndex(view: View, scene: Scene): number {
  const keys = view.keys?.(scene) ?? [];
  const place = scene.ui.places[view.name];
  if (place === undefined) return view.starts === 'last' ? keys.length - 1 : Math.min(0, keys.length - 1);
  const at = keys.indexOf(place.key);
  return at === -1 ? Math.min(place.index, keys.length - 1) : at;
}

export function selectedKey(view: View, scene: Scene): string | null {
  return view.keys?.(scene)[selectedIndex(view, scene)] ?? null;
}

/** One panel over the whole width. `height` is that of its lines, without borders. */
export function pageRow(
  columns: number,
  height: number,
  title: Line,
  lines: (width: number, height: number) => readonly Line[],
): Row {
  const width = columns - 2;
  return { cells: [{ shown: { title: () => title, lines: () => lines(width - 2 * MARGIN, height) }, width }], height };
}

/** Milliseconds since the epoch of the instant that is shown, where that is not now. */
export function instantOf({ ui }: Scene): number | null {
  return ui.held?.snapshot.at ?? null;
}
