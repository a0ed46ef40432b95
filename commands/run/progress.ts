import { safeLine } from '../../src/core/safe-text.ts';
import type { CommandContext } from '../command.ts';

/** Numbers of a batch while it runs. */
export interface BatchCounts {
  readonly answered: number;
  readonly deadLetters: number;
  readonly bad: number;
}

export interface Progress {
  /** `bytes` of the input read so far. */
  update(bytes: number, counts: BatchCounts): void;
  /** A message of its own line, above the bar. */
  tell(text: string): void;
  stop(): void;
}

const CLEAR_LINE = '\r\u001b[2K';

/** A progress bar on stderr, where that is a terminal; nothing elsewhere. `total` is the input's size in bytes. */
export async function createProgress({ stderr }: CommandContext, total: number | null): Promise<Progress> {
  const print = (text: string): void => void stderr.write(`orchestrator: ${safeLine(text, 500)}\n`);
  if (stderr.isTTY !== true) return { update: () => undefined, tell: print, stop: () => undefined };
  const { default: cliProgress } = await import('cli-progress');
  const counts = 'ok:{ok} dead:{dead} bad:{bad}';
  const bar = new cliProgress.SingleBar({
    stream: stderr as NodeJS.WritableStream,
    format: total === null ? `  ${counts}` : `[{bar}] {percentage}% ${counts} eta {eta_formatted}`,
    hideCursor: true,
    etaBuffer: 100,
  });
  bar.start(total ?? 1, 0, { ok: 0, dead: 0, bad: 0 });
  return {
    update: (bytes, { answered, deadLetters, bad }) => bar.update(bytes, { ok: answered, dead: deadLetters, bad }),
    tell(text) {
      if (bar.isActive) stderr.write(CLEAR_LINE);
      print(text);
    },
    stop() {
      bar.stop();
      stderr.write(CLEAR_LINE);
    },
  };
}
