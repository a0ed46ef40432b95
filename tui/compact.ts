import type { Snapshot } from '../src/telemetry/snapshot.ts';
import type { Look } from './panel.ts';
import { type Line, paddedLine } from './text.ts';
import { shownOf } from './views/overview.ts';

/** The panels that have a short form, a line each, none wider than `width`: for commands with other work to do. */
export function compactLines(snapshot: Snapshot, look: Look, width: number): readonly Line[] {
  const lines = shownOf({ snapshot, look }).map((shown) => shown.compact(width));
  return lines.filter((line) => line !== null).map((line) => paddedLine(line, width));
}
