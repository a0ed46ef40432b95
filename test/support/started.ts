import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { assert, vi } from 'vitest';
import { builtLauncher } from './cli.ts';
import type { Workplace } from './terminal.ts';

/** How often the tests of faults kill a process; the gates ask for more: `KILLS=50 npx vitest run …`. */
export const KILLS = Number(process.env['KILLS'] ?? 5);

/** The built program as a process of its own; stdout and stderr go to files of the workplace. */
export class Started {
  readonly ended: Promise<[code: number | null, signal: string | null]>;
  private readonly process: ChildProcess;
  private readonly path: string;

  constructor(place: Workplace, args: readonly string[], output: string) {
    this.path = `${place.path}/${output}`;
    const script = `exec "$0" "$@" > ${output} 2> ${output}.err < /dev/null`;
    this.process = spawn('sh', ['-c', script, process.execPath, builtLauncher(), ...args], {
      cwd: place.path,
      env: { ...place.environment, PATH: process.env['PATH'] },
      stdio: 'ignore',
    });
    this.ended = once(this.process, 'exit') as Promise<[number | null, string | null]>;
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Waits until the program has printed more than so many lines, or has ended. */
  async printed(count: number): Promise<void> {
    let over = false;
    void this.ended.then(() => {
      over = true;
    });
    // Not `expect.poll`, which does not know its test among several that run side by side.
    const look = (): void =>
      assert(over || this.lines.length > count, `${this.lines.length} of ${count} lines: ${this.told}`);
    await vi.waitFor(look, { timeout: 60_000, interval: 5 });
  }

  /** The whole lines on stdout so far. */
  get lines(): readonly string[] {
    return existsSync(this.path) ? readFileSync(this.path, 'utf8').split('\n').slice(0, -1) : [];
  }

  get told(): string {
    return readFileSync(`${this.path}.err`, 'utf8');
  }
}
