import { execFileSync } from 'node:child_process';
import { type IPty, spawn } from '@lydell/node-pty';
import { expect } from 'vitest';
import { Cells } from './cells.ts';
import { builtLauncher } from './cli.ts';
import type { Workplace } from './terminal.ts';

/** What moves the cursor, colours text or sets the title; the words are what is left. */
const CONTROL = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_=>78])/g;

/** The built program in a pseudo-terminal of 80×24, as a person sits before it. */
export class Terminal {
  readonly ended: Promise<{ readonly exitCode: number; readonly signal?: number | undefined }>;
  private readonly pty: IPty;
  private raw = '';
  private read = 0;
  private over = false;
  private cells = new Cells(80, 24);

  constructor(
    place: Workplace,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    program: readonly string[] = [process.execPath, builtLauncher()],
  ) {
    this.pty = spawn(program[0]!, [...program.slice(1), ...args], {
      cwd: place.path,
      env: { ...place.environment, PATH: process.env['PATH'], TERM: 'xterm-256color', ...environment } as Record<
        string,
        string
      >,
      cols: 80,
      rows: 24,
    });
    this.pty.onData((text) => {
      this.raw += text;
      this.cells.write(text);
    });
    this.ended = new Promise((resolve) =>
      this.pty.onExit((end) => {
        this.over = true;
        resolve(end);
      }),
    );
  }

  /** A shell script in which `orchestrator` is the built program: for redirections, and for what is left behind. */
  static shell(place: Workplace, script: string, environment: Readonly<Record<string, string>> = {}): Terminal {
    const whole = `orchestrator() { "$NODE" "$LAUNCHER" "$@"; }\n${script}`;
    return new Terminal(place, ['-c', whole], { ...environment, NODE: process.execPath, LAUNCHER: builtLauncher() }, [
      'sh',
    ]);
  }

  /** Ends what a failed test left running. The library must not be told of an end after its thread has gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.over) this.pty.kill('SIGKILL');
    await this.ended;
  }

  /** Everything that was shown, without what steers the terminal. */
  get transcript(): string {
    return this.raw.replace(CONTROL, '').replaceAll('\r', '');
  }

  /** Everything as it came. */
  get bytes(): string {
    return this.raw;
  }

  /** Whether the program still runs. */
  get running(): boolean {
    try {
      return process.kill(this.pty.pid, 0);
    } catch {
      return false;
    }
  }

  /** Whether it has been stopped, as by Ctrl-Z. */
  get stopped(): boolean {
    return execFileSync('ps', ['-o', 'state=', '-p', String(this.pty.pid)], { encoding: 'utf8' }).startsWith('T');
  }

  type(text: string): void {
    this.pty.write(text);
  }

  /** Types a line and Enter. */
  enter(text: string): void {
    this.type(`${text}\r`);
  }

  resize(columns: number, rows: number): void {
    this.cells = new Cells(columns, rows);
    this.pty.resize(columns, rows);
  }

  /** Closes the window. */
  hangUp(): void {
    (this.pty as IPty & { destroy(): void }).destroy();
  }

  kill(signal: string): void {
    this.pty.kill(signal);
  }

  /** What is on the screen now, of a program that draws on places of it. */
  get screen(): string {
    return this.cells.rows.join('\n');
  }

  /** Waits until this is on the screen. */
  async sees(text: string | RegExp): Promise<void> {
    const isSeen = (): boolean => (typeof text === 'string' ? this.screen.includes(text) : text.test(this.screen));
    const options = { timeout: 30_000, interval: 20, message: `waits for ${String(text)} on the screen` };
    try {
      await expect.poll(isSeen, options).toBe(true);
    } catch (thrown) {
      throw new Error(`${String(text)} is not on the screen:\n${this.screen}`, { cause: thrown });
    }
  }

  /** Waits until this is shown, after everything that was waited for before. */
  async waitFor(shown: string | RegExp): Promise<void> {
    const pattern = typeof shown === 'string' ? new RegExp(RegExp.escape(shown)) : shown;
    const find = () => pattern.exec(this.transcript.slice(this.read));
    await expect
      .poll(find, {
        timeout: 30_000,
        interval: 10,
        message: `waits for ${pattern}; shown so far: ${JSON.stringify(this.transcript)}`,
      })
      .not.toBeNull();
    const found = find()!;
    this.read += found.index + found[0].length;
  }
}

export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';
export const TAB = '\t';
export const UP = '\u001b[A';
