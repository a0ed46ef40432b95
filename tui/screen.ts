import type { Snapshot } from '../src/telemetry/snapshot.ts';
import { age } from './components/numbers.ts';
import { frame } from './frame.ts';
import { helpLines, keyBar } from './help.ts';
import { arrange, MARGIN } from './layout.ts';
import type { Look } from './panel.ts';
import type { Link } from './source.ts';
import { cut, type Line, lineWidth, paddedLine, plain, type Span, span, widthOf } from './text.ts';
import type { Controls } from './ui.ts';
import { pageRow, type Scene } from './view.ts';
import { viewOf } from './views/index.ts';
import { shownOf } from './views/overview.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** When it is, for the header. */
export interface Now {
  /** Milliseconds since the epoch. */
  readonly wall: number;
  readonly uptimeMs: number;
}

const LEAST: Size = { columns: 40, rows: 10 };
/**
 * The header, the last border with the key bar, and a row that stays empty: a full screen would make the terminal
 * scroll, and ink clear it each time.
 */
export const EDGES = 3;

/** The whole screen: fewer than `rows` lines, none wider than `columns`. */
export function drawScreen(scene: Scene, controls: Controls, now: Now, { columns, rows }: Size): readonly Line[] {
  if (columns < LEAST.columns || rows < LEAST.rows) {
    const text = `${columns}×${rows} is too small: ${LEAST.columns}×${LEAST.rows}`;
    return [[span(cut(text, columns))]];
  }
  const room = rows - EDGES;
  const { ui } = scene;
  const placed = ui.help
    ? [pageRow(columns, room - 1, [span('HELP', 'strong')], (_, height) => helpLines(controls, height))]
    : viewOf(ui.view).draw(scene, columns, room);
  return [header(scene, controls, now, columns), ...frame(placed, columns, keyBar(controls, columns - 4))];
}

const STATES = {
  running: span('● live', 'good'),
  draining: span('◐ draining', 'warning'),
  stopped: span('○ stopped', 'bad'),
} as const;

/** Whether what is shown is now, and if not, when. */
function moment({ snapshot, ui, look }: Scene, link: Link, now: Now, width: number): Span {
  if (ui.held !== null) {
    const { held } = ui;
    if (held.why === 'paused') return span('‖ paused', 'warning');
    return span(`◀ ${age(now.uptimeMs - snapshot.uptime_ms)} ago`, 'warning');
  }
  if (link.state === 'live') return STATES[snapshot.state];
  const since = `○ lost at ${look.timeOfDay(link.since)}`;
  const why = `${since}: ${link.why}`;
  return span(width >= 100 ? cut(why, width - 50) : since, 'bad');
}

/** Whose picture it is: the last names are those that can be done without. */
const namesOf = ({ snapshot: { name, node } }: Scene, { source }: Controls): readonly string[] => [
  ...(name === 'orchestrator' ? [] : ['orchestrator']),
  name,
  node,
  source.label,
];

/** Of when it is. */
function whenOf(scene: Scene, { source }: Controls, now: Now, width: number): Line {
  const { snapshot, look, ui } = scene;
  // Of an earlier instant, the time and the age of then; how old an engine is that was lost, nobody knows.
  const wall = ui.held === null ? now.wall : snapshot.at;
  const uptimeMs = ui.held === null && source.link().state === 'live' ? now.uptimeMs : snapshot.uptime_ms;
  return [moment(scene, source.link(), now, width), span(`  ${look.timeOfDay(wall)}  up ${age(uptimeMs)} `)];
}

/** The same as the header, in a row of words. */
export function headWords(scene: Scene, controls: Controls, now: Now): Line {
  return [span(`${namesOf(scene, controls).join(', ')}: `, 'strong'), ...whenOf(scene, controls, now, Infinity)];
}

function header(scene: Scene, controls: Controls, now: Now, width: number): Line {
  const right = whenOf(scene, controls, now, width);
  const names = namesOf(scene, controls);
  const room = width - lineWidth(right) - 1;
  // In a narrow window the last names go first: whole, as far as that will do.
  const left = names
    .map((_, at) => names.slice(0, names.length - at).join(' · '))
    .find((text) => widthOf(text) <= room);
  return [...paddedLine([span(` ${left ?? scene.snapshot.name}`, 'strong')], width - lineWidth(right)), ...right];
}

/** A picture as text, for where there is no terminal to draw on: as long as it needs to be. */
export function drawText(snapshot: Snapshot, look: Look, columns: number): string {
  const width = Math.max(columns, LEAST.columns);
  const rows = arrange(shownOf({ snapshot, look }), width, ENOUGH_LINES).map(({ cells, height }) => {
    const used = cells.map((cell) => cell.shown.lines(cell.width - 2 * MARGIN, height).length);
    return { cells, height: Math.max(...used) };
  });
  return frame(rows, width, [])
    .map((line) => `${plain(line)}\n`)
    .join('');
}

/** More than all panels can use. */
const ENOUGH_LINES = 1000;
