import { AhoCorasick } from '../../primitives/aho-corasick.ts';
import { CELL } from './cells.ts';
import type { Folded, Folder } from './fold.ts';
import type { Concept } from './lexicon.ts';
import { RULES, type Rule } from './rules.ts';
import { CONCEPTS, wordsOf } from './words.ts';

/** A rule that holds, and where in the folded text. */
export interface Match {
  readonly rule: Rule;
  readonly start: number;
  readonly end: number;
}

const STEPS = 3;

/** A rule that may be under way. */
interface Progress {
  readonly rule: Rule;
  /** Its place in the tables: three steps each. */
  readonly at: number;
  /** The cell of its last match: another in the same one would add nothing. */
  cell: number;
}

/**
 * Finds rules in folded texts: one pass of an automaton over all words, and for each word that is found a step of the
 * rules that wait for it. Of several chains the latest is kept, which is the one that the gaps allow longest, and the one
 * that ended before it: in `your private key` the key begins with a word that is as good as `your`.
 */
export class Phrases {
  private readonly plain: WordList;
  /** The words of other alphabets: apart, as each letter more makes the table of all words larger. */
  private readonly wide: WordList;
  private readonly progress: readonly Progress[];
  /** For each step of each rule: where the latest chain up to it began and ended; an end is -1 while there is none. */
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  /** The same of the chain that ended before that one. */
  private readonly earlierStarts: Int32Array;
  private readonly earlierEnds: Int32Array;
  /** For each concept the rules it takes part in, and as which step. */
  private readonly uses: readonly (readonly { readonly progress: Progress; readonly step: number }[])[];
  private matches: Match[] = [];
  /** Words of concepts without a rule of their own, for whoever asks: where they end, in turn with how long they are. */
  private others = new Map<Concept, number[]>();
  private readonly listed: readonly (Concept | null)[];

  /** @param spaced whether words are looked for with the spaces around them, or in a text without any spaces */
  constructor(folder: Folder, spaced: boolean) {
    this.plain = new WordList(folder, spaced, false, this.onWord);
    this.wide = new WordList(folder, spaced, true, this.onWord);
    // Without spaces a single word says nothing: it may be the middle of others.
    this.progress = RULES.filter(({ steps }) => spaced || steps.length > 1).map((rule, at) => ({
      rule,
      at: at * STEPS,
      cell: -1,
    }));
    this.starts = new Int32Array(this.progress.length * STEPS);
    this.ends = new Int32Array(this.progress.length * STEPS);
    this.earlierStarts = new Int32Array(this.progress.length * STEPS);
    this.earlierEnds = new Int32Array(this.progress.length * STEPS);
    this.uses = CONCEPTS.map((name) =>
      this.progress.flatMap((progress) =>
        progress.rule.steps.flatMap((step, at) => (step === name ? [{ progress, step: at }] : [])),
      ),
    );
    this.listed = CONCEPTS.map((name, at) => (this.uses[at]!.length === 0 ? name : null));
  }

  /** The rules that hold in a folded text, in order of their ends; of one that holds often, once a cell. */
  find({ codes, length, wide }: Folded): readonly Match[] {
    this.matches = [];
    this.others.clear();
    for (const progress of this.progress) progress.cell = -1;
    this.ends.fill(-1);
    this.plain.scan(codes, length);
    if (!wide) return this.matches;
    this.ends.fill(-1);
    this.wide.scan(codes, length);
    return this.matches.sort((a, b) => a.end - b.end);
  }

  /** Start and end of each word of a concept without rules that the last `find` met, in turn. */
  words(concept: Concept): readonly number[] {
    return this.others.get(concept) ?? [];
  }

  private readonly onWord = (concept: number, start: number, end: number): void => {
    const name = this.listed[concept];
    if (name !== null && name !== undefined) {
      const list = this.others.get(name);
      if (list === undefined) this.others.set(name, [start, end]);
      else list.push(start, end);
    }
    for (const { progress, step } of this.uses[concept]!) this.advance(progress, step, start, end);
  };

  private advance(progress: Progress, step: number, start: number, end: number): void {
    const { rule, at } = progress;
    let from = start;
    if (step > 0) {
      const last = at + step - 1;
      let before = this.ends[last]!;
      from = this.starts[last]!;
      // Neighbours share the space between them.
      if (start < before - 1) {
        before = this.earlierEnds[last]!;
        from = this.earlierStarts[last]!;
      }
      if (before < 0 || start < before - 1 || start - before > rule.gap) return;
    }
    const own = at + step;
    if (step < rule.steps.length - 1) {
      if (this.ends[own] !== end) {
        this.earlierStarts[own] = this.starts[own]!;
        this.earlierEnds[own] = this.ends[own]!;
      }
      this.starts[own] = from;
      this.ends[own] = end;
      return;
    }
    const cell = Math.floor((end - 1) / CELL);
    if (cell === progress.cell) return;
    progress.cell = cell;
    this.matches.push({ rule, start: from, end });
  }
}

/** The words of all concepts in one automaton, which is made when the first text needs it. */
class WordList {
  private readonly make: () => readonly (readonly [word: string, concept: number])[];
  private readonly onWord: (concept: number, start: number, end: number) => void;
  private automaton: AhoCorasick | null = null;
  private lengths = new Int32Array(0);
  private concepts = new Uint8Array(0);

  constructor(
    folder: Folder,
    spaced: boolean,
    wide: boolean,
    onWord: (concept: number, start: number, end: number) => void,
  ) {
    this.make = () => wordsOf(folder, spaced, wide);
    this.onWord = onWord;
  }

  scan(codes: Uint16Array, length: number): void {
    this.automaton ??= this.build();
    this.automaton.scan(codes, 0, length, this.found);
  }

  private readonly found = (word: number, end: number): void =>
    this.onWord(this.concepts[word]!, end - this.lengths[word]!, end);

  private build(): AhoCorasick {
    const words = this.make();
    this.lengths = Int32Array.from(words, ([word]) => word.length);
    this.concepts = Uint8Array.from(words, ([, concept]) => concept);
    return new AhoCorasick(words.map(([word]) => word));
  }
}
