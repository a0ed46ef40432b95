/** What a reader sees as one character may be many code points: a family of emoji, a letter with its accents. */
export interface GraphemeReader {
  /** Takes the next piece; the characters that are complete by now. */
  feed(text: string): readonly string[];
  /** The characters that are left when the text has ended: one, or none. */
  flush(): readonly string[];
}

/** A cluster of more code units is looked at again only once it has doubled: endless accents must not cost their square. */
const LONG_CLUSTER = 64;

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;

/**
 * Splits a text into grapheme clusters as it arrives. Whether two code points belong together depends on what is left of
 * them and on the one to the right (Unicode Standard Annex 29), so all clusters but the last are final, and that one is
 * kept back. Half a surrogate pair says nothing yet.
 */
export function graphemeReader(): GraphemeReader {
  // The rules are the same in every language; a fixed one keeps the machine's own out of it.
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  let rest = '';
  let nextLookAt = 0;
  const split = (text: string): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);
  return {
    feed(text) {
      rest += text;
      if (rest.length < nextLookAt) return [];
      const half = isHighSurrogate(rest.charCodeAt(rest.length - 1)) ? rest.slice(-1) : '';
      const clusters = split(half === '' ? rest : rest.slice(0, -1));
      rest = (clusters.pop() ?? '') + half;
      nextLookAt = rest.length > LONG_CLUSTER ? rest.length * 2 : 0;
      return clusters;
    },
    flush() {
      const clusters = split(rest);
      rest = '';
      return clusters;
    },
  };
}

/** Length of a text in code points. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
