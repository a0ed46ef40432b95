import { safeLine } from '../../src/core/safe-text.ts';
import type { CommandContext } from '../command.ts';
import type { ProgressDisplay, ProgressOptions } from './progress.ts';

const CLEAR_LINE = '\r\u001b[2K';

/** Writes messages to stderr, each on a line of its own. */
export function teller({ stderr }: Pick<CommandContext, 'stderr'>): (text: string) => void {
  return (text) => void stderr.write(`orchestrator: ${safeLine(text, 500)}\n`);
}

/** A bar on stderr, and the messages above it; messages alone where stderr is no terminal. */
export async function createProgressBar(context: CommandContext, options: ProgressOptions): Promise<ProgressDisplay> {
  const { stderr } = context;
  const { total, words } = options;
  const print = teller(context);
  if (stderr.isTTY !== true) return { update: () => undefined, tell: print, stop: () => undefined };
  const { default: cliProgress } = await import('cli-progress');
  const stream = stderr as NodeJS.WritableStream;
  const bar = new cliProgress.SingleBar({
    format: formatOf(options),
    ...{ stream, hideCursor: true, etaBuffer: 100 },
    ...{ barCompleteChar: '#', barIncompleteChar: '-', barsize: 40 },
  });
  bar.start(total ?? 1, 0, Object.fromEntries(words.map((word) => [word, 0])));
  return {
    update({ done, total: whole, counts }) {
      if (whole !== null && whole > bar.getTotal()) bar.setTotal(whole);
      bar.update(done, counts);
    },
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

function formatOf({ total, words, whole }: ProgressOptions): string {
  const counts = words.map((word) => `${word}:{${word}}`).join(' ');
  if (whole === 'number') return `[{bar}] {value}/{total} ${counts}`;
  return total === null ? `  ${counts}` : `[{bar}] {percentage}% ${counts} eta {eta_formatted}`;
}
