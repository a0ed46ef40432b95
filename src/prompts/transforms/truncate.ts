import { codePoints, graphemeReaders } from './graphemes.ts';
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
  create({ max_chars: most }) {
    const readers = graphemeReaders();
    return () => {
      const reader = readers();
      let count = 0;
      let over = false;
      /** What goes on with this piece. */
      let kept = '';
      let anyKept = false;
      /** White space, and the word behind it that has not ended. */
      let pending = '';
      let inWord = false;

      const keep = (text: string): void => {
        kept += text;
        anyKept ||= text !== '';
        pending = '';
      };

      const take = (cluster: string): boolean => {
        const blank = cluster.trim() === '';
        count += codePoints(cluster);
        over = count > most;
        // The word has ended here, or it is the first and has to be cut.
        if ((inWord && blank) || (over && !anyKept)) keep(over ? pending.trimEnd() : pending);
        inWord = !blank;
        pending += cluster;
        return !over;
      };

      const outcome = (): string => {
        const text = kept;
        kept = '';
        return text;
      };

      return {
        feed(text) {
          if (!over) reader.feed(text, take);
          return outcome();
        },
        flush() {
          if (!over) reader.flush(take);
          if (!over) keep(pending);
          return outcome();
        },
      };
    };
  },
};
