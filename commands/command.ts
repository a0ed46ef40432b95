import type { Readable, Writable } from 'node:stream';
import type { Clock } from '../src/core/clock.ts';
import type { Environment } from '../src/core/environment.ts';
import type { Random } from '../src/core/random.ts';

/** The world a command runs in; tests hand in their own. */
export interface CommandContext {
  readonly stdin: Readable & { readonly isTTY?: boolean; readonly fd?: number };
  /** Data only. */
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  /** Prompts, progress, warnings, errors. */
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number; readonly rows?: number };
  readonly environment: Environment;
  readonly cwd: string;
  readonly clock: Clock;
  readonly random: Random;
  /** SIGINT and SIGTERM, for commands that end in order. Without a listener the process ends at once. */
  onSignal(listener: (signal: 'SIGINT' | 'SIGTERM') => void): () => void;
  /** SIGHUP: the configuration is to be read again. Without a listener the process ends at once. */
  onReload(listener: () => void): () => void;
}

/** One flag, as commander reads it: `--skip <n>`. */
export interface CommandOption {
  readonly flags: string;
  readonly description: string;
  /** Values that are allowed; anything else is a usage error that lists them. */
  readonly choices?: readonly string[];
  /** May be given several times; the values arrive as an array. */
  readonly repeatable?: boolean;
  /** Checks and converts the raw text; throws an `OrchestratorError('usage', …)`. */
  readonly parse?: (text: string) => unknown;
}

/** A subcommand as data. `index.ts` lists them; help, completion and the CLI reference are made from it. */
export interface Command {
  readonly name: string;
  /** Positional arguments as commander reads them: `[prompt...]`. */
  readonly arguments?: string;
  readonly summary: string;
  readonly options?: readonly CommandOption[];
  readonly examples?: readonly string[];
  readonly subcommands?: readonly Command[];
  /** Runs the command and returns its exit code. Errors are thrown as `OrchestratorError`s and printed by `main.ts`. */
  readonly run?: (context: CommandContext, args: readonly string[], options: CommandOptions) => Promise<number>;
}

/** Flags as given, by camel-case name; a flag that was not given is absent. */
export type CommandOptions = Readonly<Record<string, unknown>>;
