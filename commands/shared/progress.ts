import type { Engine } from '../../src/engine.ts';
import type { CommandContext } from '../command.ts';

/** How far work with many requests has come. */
export interface Progressed {
  readonly done: number;
  /** Null when only the end will tell. */
  readonly total: number | null;
  /** By the word that is shown before the number. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Shows progress on stderr, and messages on lines of their own above it. */
export interface ProgressDisplay {
  update(progress: Progressed): void;
  tell(text: string): void;
  /** @param clear takes the progress away instead of leaving it as it stands */
  stop(clear: boolean): void;
}

export interface ProgressOptions {
  readonly total: number | null;
  /** The words of `counts`. */
  readonly words: readonly string[];
  /** The whole is told as a share of it, or as a number beside it. */
  readonly whole: 'percent' | 'number';
  /** Shown live, where there is a terminal for it; null: the bar alone. */
  readonly engine: Pick<Engine, 'snapshot'> | null;
}

/**
 * The live view of the engine where stderr is a terminal that nothing else is written to, a bar on other terminals, and
 * messages alone elsewhere.
 */
export async function createProgressDisplay(
  context: CommandContext,
  options: ProgressOptions,
): Promise<ProgressDisplay> {
  const { engine } = options;
  if (engine !== null && canShowLive(context)) {
    const { LiveView } = await import('./live-view.ts');
    return new LiveView(context, engine, options);
  }
  const { createProgressBar } = await import('./progress-bar.ts');
  return createProgressBar(context, options);
}

/** Lines below this would not be seen beside what is told above them. */
const LEAST_ROWS = 12;

/** A terminal for stderr alone: answers on the same one would come between the lines. */
function canShowLive(context: CommandContext): boolean {
  return context.stdout.isTTY !== true && canRedraw(context);
}

/** A terminal that can move its cursor, and has somebody before it. */
export function canRedraw({ stderr, environment }: Pick<CommandContext, 'stderr' | 'environment'>): boolean {
  const simple = environment['TERM'] === 'dumb' || Boolean(environment['CI']);
  return stderr.isTTY === true && !simple && (stderr.rows ?? LEAST_ROWS) >= LEAST_ROWS;
}
