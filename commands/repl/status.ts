import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { statusLine } from '../../tui/status.ts';
import { paddedLine } from '../../tui/text.ts';
import { createPaint } from '../../tui/theme.ts';
import type { CommandContext } from '../command.ts';

/** One line on how the engine does, on stderr, never longer than the terminal is wide. */
export function showStatus({ stderr, environment }: CommandContext, snapshot: Snapshot): void {
  const line = paddedLine(statusLine(snapshot), Math.max((stderr.columns ?? 80) - 1, 1));
  stderr.write(`${createPaint(environment)(line)}\n`);
}
