import type { Engine } from '../../src/engine.ts';
import type { CommandContext } from '../command.ts';
import { createProgressDisplay } from '../shared/progress.ts';

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

/**
 * How far a batch has come, on stderr, where that is a terminal; only messages elsewhere.
 * @param total the input's size in bytes; null when only reading tells
 * @param engine shown live, where that is wanted
 */
export async function createProgress(
  context: CommandContext,
  total: number | null,
  engine: Engine | null,
): Promise<Progress> {
  const words = ['ok', 'dead', 'bad'];
  const display = await createProgressDisplay(context, { total, words, whole: 'percent', engine });
  return {
    update: (done, { answered, deadLetters, bad }) =>
      display.update({ done, total, counts: { ok: answered, dead: deadLetters, bad } }),
    tell: (text) => display.tell(text),
    stop: () => display.stop(true),
  };
}
