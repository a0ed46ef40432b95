import { safeLine, safeText } from '../../src/core/safe-text.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { write } from './streams.ts';

/** Writes what a server told: as JSON with `--json`, else the lines for people. */
export async function print(
  { stdout }: CommandContext,
  options: CommandOptions,
  data: unknown,
  lines: readonly string[],
): Promise<number> {
  if (options['json'] === true) await write(stdout, `${safeText(JSON.stringify(data, null, 2))}\n`);
  else for (const line of lines) await write(stdout, `${safeLine(line, 400)}\n`);
  return 0;
}
