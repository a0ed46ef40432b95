import type { Engine } from '../../src/engine.ts';
import type { CommandContext } from '../command.ts';
import { createProgressDisplay } from '../shared/progress.ts';

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
 * @param expected the number of records, null when only reading tells
 * @param engine shown live, where that is wanted
 */
export async function createProgress(
  context: CommandContext,
  expected: number | null,
  engine: Engine | null,
): Promise<Progress> {
  const words = ['ok', 'fail', 'skip'];
  const display = await createProgressDisplay(context, { total: expected ?? 0, words, whole: 'number', engine });
  return {
    update: ({ total, ok, fail, skip }) =>
      display.update({ done: total, total: Math.max(expected ?? 0, total), counts: { ok, fail, skip } }),
    tell: (text) => display.tell(text),
    stop: () => display.stop(false),
  };
}
