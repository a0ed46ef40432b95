import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { CommandContext } from '../command.ts';

/**
 * Where the store lives: `storage.path`, else `$XDG_DATA_HOME/orchestrator`, else `~/.local/share/orchestrator`
 * (XDG Base Directory Specification; a relative XDG path is ignored, as it asks).
 */
export function dataDirectory({ environment, cwd }: CommandContext, configured: string | undefined): string {
  if (configured === 'memory') return configured;
  if (configured !== undefined) return resolve(cwd, configured);
  const base = environment['XDG_DATA_HOME'];
  if (base !== undefined && isAbsolute(base)) return join(base, 'orchestrator');
  return join(environment['HOME'] || homedir(), '.local', 'share', 'orchestrator');
}
