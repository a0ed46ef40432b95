import { codePoints, graphemeReader } from './graphemes.ts';
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
  create: (settings) => () => {
    const { max_chars: most } = settings;
    const reader = graphemeReader();
    let count = 0;
    let shown = false;
    let over = false;
    /** White space, and the word behind it that has not ended. */
    let pending = '';
    let inWord = false;

    const release = (): string => {
      const text = pending;
      pending = '';
      shown ||= text !== '';
      return text;
    };

    const take = (cluster: string): string => {
      count += codePoints(cluster);
      const blank = cluster.trim() === '';
      if (count > most) {
        over = true;
        return (inWord && blank) || !shown ? release().trimEnd() : '';
      }
      const word = inWord && blank ? release() : '';
      inWord = !blank;
      pending += cluster;
      return word;
    };

    const takeAll = (clusters: readonly string[]): string => {
      let text = '';
      for (let i = 0; i < clusters.length && !over; i++) text += take(clusters[i]!);
      return text;
    };

    return {
      feed: (text) => (over ? '' : takeAll(reader.feed(text))),
      flush() {
        if (over) return '';
        const text = takeAll(reader.flush());
        return over ? text : text + release();
      },
    };
  },
};
