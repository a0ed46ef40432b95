import type { CommandContext } from '../command.ts';
import { createProgressBar } from '../shared/progress-bar.ts';

export interface ReplayCounts {
  readonly total: number;
  readonly ok: number;
  readonly fail: number;
  readonly skip: number;
}

export interface Progress {
  update(counts: ReplayCounts): void;
  /** A message on a line of its own, above the bar. */
  tell(text: string): void;
  stop(): void;
}

/**
 * `[####----] 50/100 ok:48 fail:1 skip:1` on stderr where that is a terminal; only messages elsewhere.
 * `expected` is the number of records, null when only reading tells.
 */
export async function createProgress(context: CommandContext, expected: number | null): Promise<Progress> {
  const { bar, tell, stop } = await createProgressBar(context, {
    format: '[{bar}] {value}/{total} ok:{ok} fail:{fail} skip:{skip}',
    barCompleteChar: '#',
    barIncompleteChar: '-',
    barsize: 40,
  });
  bar?.start(expected ?? 0, 0, { ok: 0, fail: 0, skip: 0 });
  return {
    update({ total, ok, fail, skip }) {
      if (bar === null) return;
      if (total > bar.getTotal()) bar.setTotal(total);
      bar.update(total, { ok, fail, skip });
    },
    tell,
    stop: () => stop(false),
  };
}
