import { byClusters, codePoints } from './graphemes.ts';
import type { TransformDefinition } from './transform.ts';

export interface TruncateSettings {
  /** Code points that are left at the most. */
  readonly max_chars: number;
}

/**
 * Cuts a text that is too long behind the last word that fits; a first word that does not fit is cut, but never inside of
 * what a reader sees as one character. A word goes on once it is known to be kept.
 */
export const truncate: TransformDefinition<TruncateSettings> = {
  example: 'truncate:200',
  argument: 'max_chars',
  incremental: true,
  create: ({ max_chars: most }) =>
    byClusters(() => {
      let count = 0;
      let over = false;
      let anyKept = false;
      /** White space, and the word behind it that has not ended. */
      let pending = '';
      let inWord = false;
      const rest = (): string => {
        const text = over ? pending.trimEnd() : pending;
        anyKept ||= text !== '';
        pending = '';
        return text;
      };
      return {
        take(cluster) {
          const blank = cluster.trim() === '';
          count += codePoints(cluster);
          over = count > most;
          // The word has ended here, or it is the first and has to be cut.
          const kept = (inWord && blank) || (over && !anyKept) ? rest() : '';
          inWord = !blank;
          pending += cluster;
          return kept;
        },
        get over() {
          return over;
        },
        rest,
      };
    }),
};
