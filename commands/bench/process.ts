import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { Snapshot } from '../../src/telemetry/snapshot.ts';
import { V8_FLAGS } from '../shared/v8-flags.ts';
import type { Results, Task } from './worker/task.ts';

/** The same for every design; what they do to all alike is less noise. */
const FLAGS = [
  // The heap is compared right after a collection.
  '--expose-gc',
  // Helper threads that have to wait for a core now and then stop the program for milliseconds.
  '--single-threaded-gc',
  // V8 would size the young generation by what happened to be alive at a collection: a matter of luck.
  '--min-semi-space-size=16',
  '--no-warnings',
  // As in every command that hosts an engine.
  ...V8_FLAGS,
];

/**
 * Does a task in a process of its own: what one design made the compiler believe must not slow the next one down.
 * Aborting the signal kills the process at once.
 * @param show hears what an engine looks like between two measurements; null: nobody watches, and nothing is sent
 */
export function measureInProcess<Kind extends Task['kind']>(
  task: Extract<Task, { kind: Kind }>,
  signal: AbortSignal,
  show: ((snapshot: Snapshot) => void) | null,
): Promise<Results[Kind]> {
  const script = fileURLToPath(new URL(`./worker/main${extname(new URL(import.meta.url).pathname)}`, import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...FLAGS, script, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'pipe', ...(show === null ? [] : (['ipc'] as const))],
      signal,
      killSignal: 'SIGKILL',
    });
    let said = '';
    let complained = '';
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      complained += text;
    });
    const failed = (why: string): void =>
      reject(new OrchestratorError('internal', `measuring ${JSON.stringify(task)} failed: ${why}`));
    child.on('message', (snapshot) => show?.(snapshot as unknown as Snapshot));
    child.on('error', (error) => failed(error.message));
    child.on('close', (code, killedBy) => {
      if (code === 0) resolve(JSON.parse(said));
      else failed(complained.trim() || `it ended with ${killedBy ?? code}`);
    });
  });
}
