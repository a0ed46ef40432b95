import type { Snapshot } from '../src/telemetry/snapshot.ts';
import { age } from './components/numbers.ts';
import { frame } from './frame.ts';
import { helpLines, keyBar } from './help.ts';
import { arrange, MARGIN, type Row } from './layout.ts';
import type { Look, Shown } from './panel.ts';
import { PANELS } from './panels/index.ts';
import { cut, type Line, lineWidth, paddedLine, plain, span, widthOf } from './text.ts';
import type { Controls } from './ui.ts';

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
const EDGES = 3;

/** The whole screen: fewer than `rows` lines, none wider than `columns`. */
export function drawScreen(
  snapshot: Snapshot,
  chosen: Omit<Look, 'sinceMs'>,
  controls: Controls,
  now: Now,
  size: Size,
): readonly Line[] {
  const { columns, rows } = size;
  const look: Look = { ...chosen, sinceMs: Math.max(now.uptimeMs - snapshot.uptime_ms, 0) };
  if (columns < LEAST.columns || rows < LEAST.rows) {
    const text = `${columns}×${rows} is too small: ${LEAST.columns}×${LEAST.rows}`;
    return [[span(cut(text, columns))]];
  }
  const room = rows - EDGES;
  const { ui } = controls;
  const placed = ui.help ? helpPage(controls, columns, room) : arrange(shownOf(snapshot, look), columns, room);
  return [header(snapshot, look, controls, now, columns), ...frame(placed, columns, keyBar(controls))];
}

/** The panels that this snapshot has something for. */
export function shownOf(snapshot: Snapshot, look: Look): readonly Shown[] {
  return PANELS.map((panel) => panel.show(snapshot, look)).filter((shown) => shown !== null);
}

const STATES = {
  running: span('● live', 'good'),
  draining: span('◐ draining', 'warning'),
  stopped: span('○ stopped', 'bad'),
} as const;

function header({ name, node, state }: Snapshot, look: Look, { ui, source }: Controls, now: Now, width: number): Line {
  const right: Line = [
    ui.held === null ? STATES[state] : span('‖ paused', 'warning'),
    span(`  ${look.timeOfDay(now.wall)}  up ${age(now.uptimeMs)} `),
  ];
  const names = [...(name === 'orchestrator' ? [] : ['orchestrator']), name, node, source.label];
  const room = width - lineWidth(right) - 1;
  // In a narrow window the last names go first: whole, as far as that will do.
  const shown = names.map((_, at) => names.slice(0, names.length - at).join(' · '));
  const left = shown.find((text) => widthOf(text) <= room) ?? name;
  return [...paddedLine([span(` ${left}`, 'strong')], width - lineWidth(right)), ...right];
}

function helpPage(controls: Controls, columns: number, room: number): readonly Row[] {
  const width = columns - 2;
  const height = room - 1;
  const help: Shown = {
    ...{ name: 'help', band: 'flow', share: 1, minWidth: width - 2 * MARGIN, rank: 1 },
    title: () => [span('HELP', 'strong')],
    height: () => ({ least: height, most: height }),
    lines: () => helpLines(controls),
    compact: () => null,
  };
  return [{ cells: [{ shown: help, width }], height }];
}

/** A picture as text, for where there is no terminal to draw on: as long as it needs to be. */
export function drawText(snapshot: Snapshot, look: Look, columns: number): string {
  const width = Math.max(columns, LEAST.columns);
  const rows = arrange(shownOf(snapshot, look), width, ENOUGH_LINES).map(({ cells, height }) => {
    const used = cells.map((cell) => cell.shown.lines(cell.width - 2 * MARGIN, height).length);
    return { cells, height: Math.max(...used) };
  });
  return frame(rows, width, [])
    .map((line) => `${plain(line)}\n`)
    .join('');
}

/** More than all panels can use. */
const ENOUGH_LINES = 1000;
