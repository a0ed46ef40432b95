import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { CommandContext } from '../../commands/command.ts';
import { runToExit } from '../../commands/program.ts';
import { systemClock } from '../../src/core/clock.ts';
import type { Environment } from '../../src/core/environment.ts';
import { seededRandom } from '../../src/core/random.ts';

export interface Ran {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  /** What is piped in; absent: standard input is a terminal. */
  readonly stdin?: string | readonly (string | Buffer)[];
  /** Standard output is a terminal. */
  readonly terminal?: boolean;
}

/** What came out, one JSON value a line. */
export const records = ({ out }: Ran) =>
  out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));

/** A user's place: a working directory, a home, and the program run in-process with streams of its own. */
export class Workplace {
  readonly path = mkdtempSync(join(tmpdir(), 'orchestrator-run-'));
  readonly environment: Environment;
  // One for all runs: ids are unique in a data directory.
  readonly #random = seededRandom(7);
  #reload: (() => void) | undefined;
  #told: () => string = () => '';
  #signalled: ((signal: 'SIGINT' | 'SIGTERM') => void) | undefined;

  constructor() {
    mkdirSync(join(this.path, 'home'));
    this.environment = { HOME: join(this.path, 'home') };
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  write(name: string, text: string): string {
    const file = join(this.path, name);
    writeFileSync(file, text);
    return file;
  }

  read(name: string): string {
    return readFileSync(join(this.path, name), 'utf8');
  }

  /** Delivers a signal to the command that is running. */
  signal(signal: 'SIGINT' | 'SIGTERM'): void {
    this.#signalled?.(signal);
  }

  /** Whether a command waits for signals. */
  get listening(): boolean {
    return this.#signalled !== undefined;
  }

  /** What the command that runs has said so far on standard error. */
  get told(): string {
    return this.#told();
  }

  /** Delivers a SIGHUP to it. */
  hangUp(): void {
    this.#reload?.();
  }

  async run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    const { stdin, terminal = false } = options;
    const out = collect(terminal);
    const err = collect(false);
    this.#told = err.sofar;
    const context: CommandContext = {
      stdin:
        stdin === undefined
          ? Object.assign(new PassThrough(), { isTTY: true })
          : Readable.from([stdin].flat().map((text) => Buffer.from(text))),
      stdout: out.stream,
      stderr: err.stream,
      environment: this.environment,
      cwd: this.path,
      clock: systemClock,
      random: this.#random,
      onSignal: (listener) => {
        this.#signalled = listener;
        return () => {
          this.#signalled = undefined;
        };
      },
      onReload: (listener) => {
        this.#reload = listener;
        return () => {
          this.#reload = undefined;
        };
      },
    };
    const exit = await runToExit(args, context, '0.0.0-test');
    return { exit, out: await out.text(), err: await err.text() };
  }
}

function collect(isTTY: boolean) {
  const chunks: Buffer[] = [];
  const stream = Object.assign(new PassThrough(), { isTTY });
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const text = async (): Promise<string> => {
    await finished(stream.end());
    return Buffer.concat(chunks).toString('utf8');
  };
  return { stream, text, sofar: () => Buffer.concat(chunks).toString('utf8') };
}
