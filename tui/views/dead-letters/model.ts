import { matches } from '../../components/prose.ts';
import type { Letter } from '../../source.ts';
import { instantOf, type Scene } from '../../view.ts';

export interface LettersModel {
  /** Kept in all, those that are not listed included. */
  readonly total: number;
  /** Newest first. */
  readonly rows: readonly Letter[];
  /** Before the filter. */
  readonly all: number;
  readonly marked: number;
}

/**
 * A request that died twice has two letters. Their numbers are no keys: where nothing is stored they are places in a list
 * that moves, and what was marked would lose its mark.
 */
export const letterKeyOf = ({ request_id, dropped_at }: Letter): string => `${request_id}@${dropped_at}`;

/**
 * The dead letters; null until there is a list. Of an earlier instant those that were there already, and are still: who
 * has left since is not known.
 */
export function lettersModel(scene: Scene): LettersModel | null {
  const { details, ui } = scene;
  if (details.letters === null) return null;
  const { total, letters } = details.letters;
  const instant = instantOf(scene);
  const then = instant === null ? letters : letters.filter(({ dropped_at }) => dropped_at * 1000 <= instant);
  const filter = ui.filters['dead letters'] ?? '';
  const rows = then.filter(({ request_id, session_id, reason, error }) =>
    matches(filter, [request_id, session_id ?? null, reason, error?.code ?? null, error?.message ?? null]),
  );
  return {
    total: instant === null ? total : then.length,
    rows,
    all: then.length,
    marked: rows.filter((letter) => ui.marked.has(letterKeyOf(letter))).length,
  };
}
