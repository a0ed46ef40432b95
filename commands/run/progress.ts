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
  stop(): void;
}

const NONE: Progress = { update: () => undefined, stop: () => undefined };

/** A progress bar on stderr, where that is a terminal; nothing elsewhere. `total` is the input's size in bytes. */
export async function createProgress({ stderr }: CommandContext, total: number | null): Promise<Progress> {
  if (stderr.isTTY !== true) return NONE;
  const { default: cliProgress } = await import('cli-progress');
  const counts = 'ok:{ok} dead:{dead} bad:{bad}';
  const bar = new cliProgress.SingleBar({
    stream: stderr as NodeJS.WritableStream,
    format: total === null ? `  ${counts}` : `[{bar}] {percentage}% ${counts} eta {eta_formatted}`,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 100,
  });
  bar.start(total ?? 1, 0, { ok: 0, dead: 0, bad: 0 });
  return {
    update: (bytes, { answered, deadLetters, bad }) => bar.update(bytes, { ok: answered, dead: deadLetters, bad }),
    stop: () => bar.stop(),
  };
}
