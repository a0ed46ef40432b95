import type { TextFlow } from '../../core/text-flow.ts';

/**
 * Passes a text on character by character. What a reader sees as one character may be many code points: a family of
 * emoji, a letter with its accents.
 */
export interface ClusterFilter {
  /** Gets the next character; returns what goes on by now. */
  take(cluster: string): string;
  /** Nothing more is wanted. */
  readonly over: boolean;
  /** The text has ended before that: returns what was kept back. */
  rest(): string;
}

/** A cluster of more code units is looked at again only once it has doubled: endless accents must not cost their square. */
const LONG_CLUSTER = 64;

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit < 0xdc00;

/**
 * Splits a text into grapheme clusters as it arrives, for a filter. Whether two code points belong together depends on
 * what is left of them and on the one to the right (Unicode Standard Annex 29), so all clusters but the last are final,
 * and that one is kept back. Half a surrogate pair says nothing yet.
 */
export function byClusters(createFilter: () => ClusterFilter): () => TextFlow {
  // Slow to make, and it keeps no state. The rules are the same in every language; a fixed one keeps the machine's out.
  const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
  return () => {
    const filter = createFilter();
    let waiting = '';
    let nextLookAt = 0;
    return {
      feed(text) {
        if (filter.over) return '';
        waiting += text;
        if (waiting.length < nextLookAt) return '';
        const half = isHighSurrogate(waiting.charCodeAt(waiting.length - 1)) ? waiting.slice(-1) : '';
        let passed = '';
        let last = '';
        // Split as it is taken: of a long text only the beginning may be wanted.
        for (const { segment } of segmenter.segment(half === '' ? waiting : waiting.slice(0, -1))) {
          if (last !== '') passed += filter.take(last);
          if (filter.over) break;
          last = segment;
        }
        waiting = filter.over ? '' : last + half;
        nextLookAt = waiting.length > LONG_CLUSTER ? waiting.length * 2 : 0;
        return passed;
      },
      flush() {
        let passed = '';
        for (const { segment } of segmenter.segment(waiting)) if (!filter.over) passed += filter.take(segment);
        return filter.over ? passed : passed + filter.rest();
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
