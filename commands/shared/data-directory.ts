import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import type { Environment } from '../../src/core/environment.ts';
import type { CommandContext } from '../command.ts';

/**
 * Where the store lives: `storage.path`, else `$XDG_DATA_HOME/orchestrator`, else `~/.local/share/orchestrator`
 * (XDG Base Directory Specification; a relative XDG path is ignored, as it asks).
 */
export function dataDirectory({ environment, cwd }: CommandContext, configured: string | undefined): string {
  if (configured === 'memory') return configured;
  if (configured !== undefined) return resolve(cwd, configured);
  return ownDirectory(environment, 'XDG_DATA_HOME', 'share');
}

/** Where things live that may be lost without harm, such as the history of prompts. */
export function stateDirectory({ environment }: CommandContext): string {
  return ownDirectory(environment, 'XDG_STATE_HOME', 'state');
}

function ownDirectory(environment: Environment, variable: string, folder: string): string {
  const base = environment[variable];
  if (base !== undefined && isAbsolute(base)) return join(base, 'orchestrator');
  return join(environment['HOME'] || homedir(), '.local', folder, 'orchestrator');
}
