import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../core/environment.ts';
import { userDirectory } from './files.ts';

/** `credentials.env` as it was read: the keys of providers, one `NAME=value` a line. */
export interface Credentials {
  /** Values are secrets: they are never shown, and go to the environment of providers only. */
  readonly variables: Readonly<Record<string, string>>;
  /** What is odd about the file, one sentence each; never with a value. */
  readonly warnings: readonly string[];
}

const NONE: Credentials = { variables: {}, warnings: [] };
const LARGEST_FILE_BYTES = 64 * 1024;
const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*?)\s*$/;

/** Where the keys are kept; null when there is no home. */
export function credentialsPath(environment: Environment): string | null {
  const directory = userDirectory(environment);
  return directory === null ? null : join(directory, 'credentials.env');
}

/** Reads the keys. A file that is missing has none; one that cannot be used says so in the warnings. */
export function readCredentials(environment: Environment): Credentials {
  const path = credentialsPath(environment);
  if (path === null) return NONE;
  let handle: number | undefined;
  try {
    handle = openSync(path, 'r');
    const { mode, size } = fstatSync(handle);
    if (size > LARGEST_FILE_BYTES)
      return { variables: {}, warnings: [`${path} is larger than 64 KiB, and was not read`] };
    const { variables, warnings } = parseCredentials(readFileSync(handle, 'utf8'), path);
    const wide = process.platform !== 'win32' && (mode & 0o077) !== 0;
    const open = wide ? [`${path} can be read by others: chmod 600 it`] : [];
    return { variables, warnings: [...open, ...warnings] };
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? NONE
      : { variables: {}, warnings: [`${path} cannot be read: ${code}`] };
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

/** The keys overlaid by the environment itself, where a variable that is set to nothing counts as unset. */
export function withCredentials(environment: Environment, variables: Credentials['variables']): Environment {
  const set = Object.entries(environment).filter(([, value]) => value !== undefined && value !== '');
  return { ...environment, ...variables, ...Object.fromEntries(set) };
}

export function parseCredentials(text: string, shown: string): Credentials {
  const variables: Record<string, string> = {};
  const warnings: string[] = [];
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    if (/^\s*(?:#.*)?$/.test(line)) continue;
    const [, name, written] = LINE.exec(line) ?? [];
    const value = written === undefined ? null : unquoted(written);
    if (name === undefined || value === null) warnings.push(`${shown}:${index + 1} is no NAME=value`);
    else if (/^ORCHESTRATOR_/i.test(name))
      warnings.push(`${shown}:${index + 1} is no key: ${name} belongs in pipeline.toml`);
    else variables[name] = value;
  }
  return { variables, warnings };
}

/** The text of the file with this key in it; every other line stays. */
export function withCredential(text: string, name: string, value: string): string {
  const lines = text.split('\n').filter((line) => LINE.exec(line)?.[1] !== name);
  while (lines.at(-1) === '') lines.pop();
  const written = /^[\w./:+=@~-]+$/.test(value) ? value : `"${value.replace(/[\\"]/g, '\\$&')}"`;
  return `${[...lines, `${name}=${written}`].join('\n')}\n`;
}

/** As shells read it: bare, in single quotes as it is, in double quotes with backslashes; null when a quote is open. */
function unquoted(written: string): string | null {
  const quote = written[0];
  if (quote !== '"' && quote !== "'") return written.replace(/\s+#.*$/, '');
  const quoted = quote === "'" ? /^'([^']*)'\s*(?:#.*)?$/ : /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/;
  const inner = quoted.exec(written)?.[1];
  if (inner === undefined) return null;
  return quote === "'" ? inner : inner.replace(/\\(.)/g, '$1');
}
