/**
 * Finds any of many words in one pass over a text: Aho and Corasick, "Efficient String Matching", CACM 1975, with the
 * failure links folded into a dense table. The cost is one table look-up a character whatever the text and however many
 * the words, plus one call a hit.
 */
export class AhoCorasick {
  /** Row of the table for a state times the width, plus the class of a character: where it leads, again times the width. */
  private readonly next: Uint32Array;
  private readonly classes: Uint16Array;
  /** States from here on end a word. */
  private readonly accepting: number;
  /** For each state that ends words, the first of them in `words`. */
  private readonly firstWord: Int32Array;
  private readonly nextWord: Int32Array;
  private readonly words: Int32Array;
  private readonly width: number;

  /** @param patterns words as UTF-16; the same word may stand for several numbers, an empty one is never found */
  constructor(patterns: readonly string[]) {
    const classes = new Uint16Array(0x10000);
    let width = 1;
    for (const pattern of patterns) {
      for (let at = 0; at < pattern.length; at++) {
        const code = pattern.charCodeAt(at);
        if (classes[code] === 0) classes[code] = width++;
      }
    }
    const trie = buildTrie(patterns, classes, width);
    const order = breadthFirst(trie);
    const { ends, next, count, suffix } = trie;

    // States that end a word get the highest numbers: telling them apart is one comparison.
    const endsWord = new Uint8Array(count);
    for (const state of order) endsWord[state] = ends[state] !== undefined || endsWord[suffix[state]!] === 1 ? 1 : 0;
    const renumbered = new Uint32Array(count);
    let number = 0;
    for (const state of order) if (endsWord[state] === 0) renumbered[state] = number++;
    const quiet = number;
    for (const state of order) if (endsWord[state] === 1) renumbered[state] = number++;

    this.width = width;
    this.classes = classes;
    this.accepting = quiet * width;
    this.next = new Uint32Array(count * width);
    this.firstWord = new Int32Array(count).fill(-1);
    const words: number[] = [];
    const following: number[] = [];
    for (const state of order) {
      const row = renumbered[state]! * width;
      for (let kind = 0; kind < width; kind++) this.next[row + kind] = renumbered[next[state * width + kind]!]! * width;
      // Its own words, then those of the longest suffix that is a state: that one comes earlier in the order.
      let chain = state === 0 ? -1 : this.firstWord[renumbered[suffix[state]!]!]!;
      for (const word of ends[state] ?? []) {
        words.push(word);
        following.push(chain);
        chain = words.length - 1;
      }
      this.firstWord[renumbered[state]!] = chain;
    }
    this.words = Int32Array.from(words);
    this.nextWord = Int32Array.from(following);
  }

  /**
   * Calls `found` for every occurrence in `codes[from … to)`, in order of their ends.
   * @param found gets the number of the word and the index behind its last character
   */
  scan(codes: Uint16Array, from: number, to: number, found: (word: number, end: number) => void): void {
    const next = this.next;
    const classes = this.classes;
    const accepting = this.accepting;
    let state = 0;
    for (let at = from; at < to; at++) {
      state = next[state + classes[codes[at]!]!]!;
      if (state >= accepting) this.tell(state, at + 1, found);
    }
  }

  private tell(state: number, end: number, found: (word: number, end: number) => void): void {
    for (let at = this.firstWord[state / this.width]!; at >= 0; at = this.nextWord[at]!) found(this.words[at]!, end);
  }
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
