import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../../bin/orchestrator.js', import.meta.url));

export interface StartedService {
  readonly child: ChildProcess;
  readonly port: number;
  /** Where its inspector listens, when the flags ask for one. */
  readonly inspector: string | null;
}

/** Starts the built service on a free port, with this pipeline.toml and its data in `directory`; resolves once it serves. */
export async function startService(
  directory: string,
  toml: string,
  nodeFlags: readonly string[] = [],
): Promise<StartedService> {
  const file = join(directory, 'pipeline.toml');
  writeFileSync(file, toml);
  const args = ['--no-warnings', ...nodeFlags, main, 'run', '--serve', '--port', '0', '--config', file];
  const child = spawn(process.execPath, args, {
    cwd: directory,
    env: { PATH: process.env['PATH'], HOME: directory, XDG_DATA_HOME: directory, NODE_ENV: 'production' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let inspector: string | null = null;
  for await (const line of createInterface({ input: child.stderr! })) {
    inspector ??= /ws:\/\/\S+/.exec(line)?.[0] ?? null;
    const port = /"url":"http:\/\/127\.0\.0\.1:(\d+)"/.exec(line)?.[1];
    if (port === undefined) continue;
    child.stderr!.resume();
    return { child, port: Number(port), inspector };
  }
  throw new Error('the service did not start; is it built (npm run build)?');
}
