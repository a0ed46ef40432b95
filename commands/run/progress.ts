import type { CommandContext } from '../command.ts';
import { createProgressBar } from '../shared/progress-bar.ts';

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

/** A progress bar on stderr, where that is a terminal; only messages elsewhere. `total` is the input's size in bytes. */
export async function createProgress(context: CommandContext, total: number | null): Promise<Progress> {
  const counts = 'ok:{ok} dead:{dead} bad:{bad}';
  const { bar, tell, stop } = await createProgressBar(context, {
    format: total === null ? `  ${counts}` : `[{bar}] {percentage}% ${counts} eta {eta_formatted}`,
    etaBuffer: 100,
  });
  bar?.start(total ?? 1, 0, { ok: 0, dead: 0, bad: 0 });
  return {
    update: (bytes, { answered, deadLetters, bad }) => bar?.update(bytes, { ok: answered, dead: deadLetters, bad }),
    tell,
    stop: () => stop(true),
  };
}
