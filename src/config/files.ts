import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { Environment } from '../core/environment.ts';

/** Larger files are refused unread: a configuration is written by people. */
const LARGEST_FILE_BYTES = 1024 * 1024;

/** A configuration file that is looked at. */
export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  /** As messages show it: relative when it lies in the working directory. */
  readonly shown: string;
  /** Who asked for it; a named file must exist. */
  readonly source: 'user' | 'directory' | '--config' | 'ORCHESTRATOR_CONFIG';
}

export interface FileChoice {
  readonly environment: Environment;
  readonly cwd: string;
  /** `--config FILE`. */
  readonly file?: string | undefined;
}

/** The files to load, the later over the earlier. A named file replaces the other two. */
export function configFiles(choice: FileChoice): readonly ConfigFile[] {
  const { environment, cwd } = choice;
  const fileAt = (path: string, source: ConfigFile['source']): ConfigFile => {
    const absolute = resolve(cwd, path);
    const fromHere = relative(cwd, absolute);
    const inside = fromHere !== '' && !fromHere.startsWith('..') && !isAbsolute(fromHere);
    return { path: absolute, shown: inside ? fromHere : absolute, source };
  };
  if (choice.file !== undefined) return [fileAt(choice.file, '--config')];
  // A variable that is set to nothing counts as unset, as it does in shells and Compose files.
  if (environment['ORCHESTRATOR_CONFIG']) return [fileAt(environment['ORCHESTRATOR_CONFIG'], 'ORCHESTRATOR_CONFIG')];
  const directory = userDirectory(environment);
  const user = directory === null ? [] : [fileAt(join(directory, 'pipeline.toml'), 'user')];
  const here = fileAt('pipeline.toml', 'directory');
  return [...user.filter((file) => file.path !== here.path), here];
}

/** `$XDG_CONFIG_HOME/orchestrator`; null when there is no home. A relative XDG path is invalid by its specification. */
export function userDirectory(environment: Environment): string | null {
  const configured = environment['XDG_CONFIG_HOME'];
  if (configured && isAbsolute(configured)) return join(configured, 'orchestrator');
  const home = environment['HOME'] || environment['USERPROFILE'];
  return home ? join(home, '.config', 'orchestrator') : null;
}

export type FileContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly rule: string };

/** Reads one file whole. Only what is missing is `absent`; what is there and cannot be read is refused with the reason. */
export function readConfigFile(file: ConfigFile): FileContent {
  const named = file.source === '--config' || file.source === 'ORCHESTRATOR_CONFIG';
  let handle: number | undefined;
  try {
    const stats = statSync(file.path);
    if (stats.isDirectory()) return { kind: 'refused', rule: 'is a directory, not a file' };
    // A pipe that nobody named could block for ever; a named one is how shells hand over `<(…)`.
    if (!named && !stats.isFile()) return { kind: 'refused', rule: 'is not a regular file' };
    handle = openSync(file.path, 'r');
    const bytes = readUpTo(handle, LARGEST_FILE_BYTES + 1);
    if (bytes.length > LARGEST_FILE_BYTES) return { kind: 'refused', rule: 'is larger than 1 MiB' };
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch (thrown) {
    const code = (thrown as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      if (!named) return { kind: 'absent' };
      return { kind: 'refused', rule: `there is no such file (named by ${file.source})` };
    }
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return { kind: 'refused', rule: 'is not UTF-8 text' };
    return { kind: 'refused', rule: `cannot be read: ${code ?? String(thrown)}` };
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function readUpTo(handle: number, limit: number): Uint8Array {
  const buffer = Buffer.allocUnsafe(limit);
  let filled = 0;
  while (filled < limit) {
    const count = readSync(handle, buffer, filled, limit - filled, null);
    if (count === 0) break;
    filled += count;
  }
  return buffer.subarray(0, filled);
}
