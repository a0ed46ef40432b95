/**
 * Words as an automaton that tells at each character which of them end there: Aho and Corasick, "Efficient String
 * Matching", CACM 1975, with the failure links folded into a dense table.
 */
export interface WordTable {
  /** Row of the table for a state times the width, plus the class of a character: where it leads, again times the width. */
  readonly next: Uint32Array;
  /** For each UTF-16 code its class; 0 for those that are in no word. */
  readonly classes: Uint16Array;
  readonly width: number;
  /** States from here on end a word. */
  readonly accepting: number;
  /** For each state, not times the width, the first place in `words` of those that end there; -1 where none does. */
  readonly firstWord: Int32Array;
  /** Numbers of words, each with the place of another that ends where it does, or -1. */
  readonly words: Int32Array;
  readonly nextWord: Int32Array;
}

/**
 * @param patterns words as UTF-16; the same word may stand for several numbers, an empty one is never found
 * @param spare classes at the end of each row that no character has, for the caller to fill in; they lead to the start
 */
export function buildWordTable(patterns: readonly string[], spare = 0): WordTable {
  const { classes, used } = classesOf(patterns);
  const width = used + spare;
  const trie = buildTrie(patterns, classes, width);
  const order = breadthFirst(trie);
  const { ends, next: led, count, suffix } = trie;

  // States that end a word get the highest numbers: telling them apart is one comparison.
  const endsWord = new Uint8Array(count);
  for (const state of order) endsWord[state] = ends[state] !== undefined || endsWord[suffix[state]!] === 1 ? 1 : 0;
  const renumbered = new Uint32Array(count);
  let number = 0;
  for (const state of order) if (endsWord[state] === 0) renumbered[state] = number++;
  const accepting = number * width;
  for (const state of order) if (endsWord[state] === 1) renumbered[state] = number++;

  const next = new Uint32Array(count * width);
  const firstWord = new Int32Array(count).fill(-1);
  const words: number[] = [];
  const following: number[] = [];
  for (const state of order) {
    const row = renumbered[state]! * width;
    for (let kind = 0; kind < width; kind++) next[row + kind] = renumbered[led[state * width + kind]!]! * width;
    // Its own words, then those of the longest suffix that is a state: that one comes earlier in the order.
    let chain = state === 0 ? -1 : firstWord[renumbered[suffix[state]!]!]!;
    for (const word of ends[state] ?? []) {
      words.push(word);
      following.push(chain);
      chain = words.length - 1;
    }
    firstWord[renumbered[state]!] = chain;
  }
  return {
    next,
    classes,
    width,
    accepting,
    firstWord,
    words: Int32Array.from(words),
    nextWord: Int32Array.from(following),
  };
}

function classesOf(patterns: readonly string[]): { readonly classes: Uint16Array; readonly used: number } {
  const classes = new Uint16Array(0x10000);
  let used = 1;
  for (const pattern of patterns) {
    for (let at = 0; at < pattern.length; at++) {
      const code = pattern.charCodeAt(at);
      if (classes[code] === 0) classes[code] = used++;
    }
  }
  return { classes, used };
}

interface Trie {
  /** Where a class leads from a state, complete: failure links are followed already. */
  readonly next: Int32Array;
  readonly count: number;
  readonly width: number;
  /** Words that end in a state. */
  readonly ends: (number[] | undefined)[];
  /** The state of the longest proper suffix. */
  readonly suffix: number[];
}

function buildTrie(patterns: readonly string[], classes: Uint16Array, width: number): Trie {
  const most = patterns.reduce((sum, { length }) => sum + length, 1);
  const next = new Int32Array(most * width).fill(-1);
  const ends: (number[] | undefined)[] = [];
  let count = 1;
  patterns.forEach((pattern, word) => {
    let state = 0;
    for (let at = 0; at < pattern.length; at++) {
      const edge = state * width + classes[pattern.charCodeAt(at)]!;
      if (next[edge] === -1) next[edge] = count++;
      state = next[edge]!;
    }
    if (state === 0) return;
    const others = ends[state];
    if (others === undefined) ends[state] = [word];
    else others.push(word);
  });
  return { next, count, width, ends, suffix: new Array<number>(count).fill(0) };
}

/** Completes the table level by level, and returns the states in that order. */
function breadthFirst({ next, width, suffix }: Trie): readonly number[] {
  const order = [0];
  for (const state of order) {
    const row = state * width;
    const fallback = suffix[state]! * width;
    for (let kind = 0; kind < width; kind++) {
      const to = next[row + kind]!;
      const otherwise = state === 0 ? 0 : next[fallback + kind]!;
      if (to === -1) next[row + kind] = otherwise;
      else {
        suffix[to] = otherwise;
        order.push(to);
      }
    }
  }
  return order;
}
