import { spawn } from 'node:child_process';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { Results, Task } from './worker/task.ts';

/**
 * `--expose-gc`: the heap is compared right after a collection. `--single-threaded-gc`: helper threads that wait for a
 * core stop the program for milliseconds now and then, which on a machine with other work says nothing of the design.
 */
const FLAGS = ['--expose-gc', '--single-threaded-gc', '--no-warnings'];

/**
 * Does a task in a process of its own: what one design made the compiler believe must not slow the next one down.
 * Aborting the signal kills the process at once.
 */
export function measureInProcess<Kind extends Task['kind']>(
  task: Extract<Task, { kind: Kind }>,
  signal: AbortSignal,
): Promise<Results[Kind]> {
  const script = fileURLToPath(new URL(`./worker/main${extname(new URL(import.meta.url).pathname)}`, import.meta.url));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...FLAGS, script, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGKILL',
    });
    let said = '';
    let complained = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complained += text;
    });
    const failed = (why: string): void =>
      reject(new OrchestratorError('internal', `measuring ${JSON.stringify(task)} failed: ${why}`));
    child.on('error', (error) => failed(error.message));
    child.on('close', (code, killedBy) => {
      if (code === 0) resolve(JSON.parse(said));
      else failed(complained.trim() || `it ended with ${killedBy ?? code}`);
    });
  });
}
