import type { Options, SingleBar } from 'cli-progress';
import { safeLine } from '../../src/core/safe-text.ts';
import type { CommandContext } from '../command.ts';

const CLEAR_LINE = '\r\u001b[2K';

/** Writes messages to stderr, each on a line of its own. */
export function teller({ stderr }: Pick<CommandContext, 'stderr'>): (text: string) => void {
  return (text) => void stderr.write(`orchestrator: ${safeLine(text, 500)}\n`);
}

/** A bar on stderr, and the messages above it. */
export interface ProgressBar {
  /** Null where stderr is no terminal: only messages are shown there. */
  readonly bar: SingleBar | null;
  tell(text: string): void;
  /** @param clear takes the bar away instead of leaving it as it stands */
  stop(clear: boolean): void;
}

export async function createProgressBar(context: CommandContext, options: Options): Promise<ProgressBar> {
  const { stderr } = context;
  const print = teller(context);
  if (stderr.isTTY !== true) return { bar: null, tell: print, stop: () => undefined };
  const { default: cliProgress } = await import('cli-progress');
  const stream = stderr as NodeJS.WritableStream;
  const bar = new cliProgress.SingleBar({ ...options, stream, hideCursor: true });
  return {
    bar,
    tell(text) {
      if (bar.isActive) stderr.write(CLEAR_LINE);
      print(text);
    },
    stop(clear) {
      bar.stop();
      if (clear) stderr.write(CLEAR_LINE);
    },
  };
}
