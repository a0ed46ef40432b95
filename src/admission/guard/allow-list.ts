import { AhoCorasick } from '../../primitives/aho-corasick.ts';
import type { Folded, Folder } from './fold.ts';

const SPACE = 0x20;

/**
 * Phrases that are known to be harmless. They are blanked out before a text is judged; what stands around them is judged
 * all the same, so that an allowed phrase is no way past the guard for anything else.
 */
export class AllowList {
  private readonly automaton: AhoCorasick;
  private readonly lengths: readonly number[];

  constructor(phrases: readonly string[], folder: Folder) {
    const folded = phrases.map((phrase) => folder.phrase(phrase));
    this.automaton = new AhoCorasick(folded.map((phrase) => ` ${phrase} `));
    this.lengths = folded.map(({ length }) => length);
  }

  /** Blanks out every allowed phrase in a folded text. */
  blank({ codes, length }: Folded): void {
    const stretches: number[] = [];
    this.automaton.scan(codes, 0, length, (phrase, end) => stretches.push(end - 1 - this.lengths[phrase]!, end - 1));
    for (let at = 0; at < stretches.length; at += 2) codes.fill(SPACE, stretches[at]!, stretches[at + 1]!);
  }
}
