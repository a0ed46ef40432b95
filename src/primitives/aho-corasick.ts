import { buildWordTable, type WordTable } from './word-table.ts';

/**
 * Finds any of many words in one pass over a text. The cost is one table look-up a character whatever the text and however
 * many the words, plus one call a hit.
 */
export class AhoCorasick {
  private readonly table: WordTable;

  /** @param patterns words as UTF-16; the same word may stand for several numbers, an empty one is never found */
  constructor(patterns: readonly string[]) {
    this.table = buildWordTable(patterns);
  }

  /**
   * Calls `found` for every occurrence in `codes[from … to)`, in order of their ends.
   * @param found gets the number of the word and the index behind its last character
   */
  scan(codes: Uint16Array, from: number, to: number, found: (word: number, end: number) => void): void {
    const { next, classes, accepting } = this.table;
    let state = 0;
    for (let at = from; at < to; at++) {
      state = next[state + classes[codes[at]!]!]!;
      if (state >= accepting) this.tell(state, at + 1, found);
    }
  }

  private tell(state: number, end: number, found: (word: number, end: number) => void): void {
    const { firstWord, nextWord, words, width } = this.table;
    for (let at = firstWord[state / width]!; at >= 0; at = nextWord[at]!) found(words[at]!, end);
  }
}
