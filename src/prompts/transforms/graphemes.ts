/** Gets one character; false when no more are wanted. */
export type TakeCluster = (cluster: string) => boolean;

/** What a reader sees as one character may be many code points: a family of emoji, a letter with its accents. */
export interface GraphemeReader {
  /** Takes the next piece, and hands on the characters that are complete by now. */
  feed(text: string, take: TakeCluster): void;
  /** The text has ended: hands on what is left. */
  flush(take: TakeCluster): void;
}

/** A cluster of more code units is looked at again only once it has doubled: endless accents must not cost their square. */
const LONG_CLUSTER = 64;

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;

/**
 * Prepares readers that split a text into grapheme clusters as it arrives. Whether two code points belong together depends
 * on what is left of them and on the one to the right (Unicode Standard Annex 29), so all clusters but the last are
 * final, and that one is kept back. Half a surrogate pair says nothing yet.
 */
export function graphemeReaders(): () => GraphemeReader {
  // Slow to make, and it keeps no state. The rules are the same in every language; a fixed one keeps the machine's out.
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  return () => {
    let rest = '';
    let nextLookAt = 0;
    return {
      feed(text, take) {
        rest += text;
        if (rest.length < nextLookAt) return;
        const half = isHighSurrogate(rest.charCodeAt(rest.length - 1)) ? rest.slice(-1) : '';
        let last = '';
        // Split as it is taken: of a long text only the beginning may be wanted.
        for (const { segment } of segmenter.segment(half === '' ? rest : rest.slice(0, -1))) {
          if (last !== '' && !take(last)) return;
          last = segment;
        }
        rest = last + half;
        nextLookAt = rest.length > LONG_CLUSTER ? rest.length * 2 : 0;
      },
      flush(take) {
        for (const { segment } of segmenter.segment(rest)) if (!take(segment)) return;
      },
    };
  };
}

/** Length of a text in code points. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
