import { AhoCorasick } from '../../primitives/aho-corasick.ts';
import type { Folder } from './fold.ts';
import { type Concept, LEXICON } from './lexicon.ts';
import { RULES, type Rule } from './rules.ts';

/** A rule that holds, and where in the folded text. */
export interface Match {
  readonly rule: Rule;
  readonly start: number;
  readonly end: number;
}

const CONCEPTS = Object.keys(LEXICON) as readonly Concept[];
const STEPS = 3;
/** Scripts that put no spaces between their words, or glue particles to them. */
const UNSPACED = /[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]/;

/** Where a rule's steps were last met. */
interface Progress {
  readonly rule: Rule;
  /** For each step: where the latest chain up to it began and ended; -1 while there is none. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/**
 * Finds rules in folded texts: one pass of an automaton over all words, and for each word that is found a step of the
 * rules that wait for it. Of several chains only the latest is kept, which is the one that the gaps allow longest.
 */
export class Phrases {
  private readonly automaton: AhoCorasick;
  private readonly lengths: Int32Array;
  private readonly concepts: Uint8Array;
  private readonly progress: readonly Progress[];
  /** For each concept the rules it takes part in, and as which step. */
  private readonly uses: readonly (readonly { readonly progress: Progress; readonly step: number }[])[];
  private matches: Match[] = [];
  /** Words of concepts without a rule of their own, for whoever asks: where they end, in turn with how long they are. */
  private others = new Map<Concept, number[]>();
  private readonly listed: readonly (Concept | null)[];

  /** @param spaced whether words are looked for with the spaces around them, or in a text without any spaces */
  constructor(folder: Folder, spaced: boolean) {
    const words: string[] = [];
    const concepts: number[] = [];
    for (const [concept, name] of CONCEPTS.entries()) {
      for (const word of new Set(LEXICON[name].split('|').map((text) => folder.phrase(text)))) {
        if (word === '') continue;
        words.push(spaced ? (UNSPACED.test(word) ? word : ` ${word} `) : word.replaceAll(' ', ''));
        concepts.push(concept);
      }
    }
    this.automaton = new AhoCorasick(words);
    this.lengths = Int32Array.from(words, ({ length }) => length);
    this.concepts = Uint8Array.from(concepts);
    // Without spaces a single word says nothing: it may be the middle of others.
    this.progress = RULES.filter(({ steps }) => spaced || steps.length > 1).map((rule) => ({
      rule,
      starts: new Int32Array(STEPS),
      ends: new Int32Array(STEPS),
    }));
    this.uses = CONCEPTS.map((name) =>
      this.progress.flatMap((progress) =>
        progress.rule.steps.flatMap((step, at) => (step === name ? [{ progress, step: at }] : [])),
      ),
    );
    this.listed = CONCEPTS.map((name, at) => (this.uses[at]!.length === 0 ? name : null));
  }

  /** The rules that hold in `codes[0 … length)`, in order of their ends. */
  find(codes: Uint16Array, length: number): readonly Match[] {
    this.matches = [];
    this.others.clear();
    for (const { starts, ends } of this.progress) {
      starts.fill(-1);
      ends.fill(-1);
    }
    this.automaton.scan(codes, 0, length, this.onWord);
    return this.matches;
  }

  /** Start and end of each word of a concept without rules that the last `find` met, in turn. */
  words(concept: Concept): readonly number[] {
    return this.others.get(concept) ?? [];
  }

  private readonly onWord = (word: number, end: number): void => {
    const concept = this.concepts[word]!;
    const start = end - this.lengths[word]!;
    const name = this.listed[concept];
    if (name !== null && name !== undefined) {
      const list = this.others.get(name);
      if (list === undefined) this.others.set(name, [start, end]);
      else list.push(start, end);
    }
    for (const { progress, step } of this.uses[concept]!) this.advance(progress, step, start, end);
  };

  private advance({ rule, starts, ends }: Progress, step: number, start: number, end: number): void {
    let from = start;
    if (step > 0) {
      const before = ends[step - 1]!;
      // Neighbours share the space between them.
      if (before < 0 || start < before - 1 || start - before > rule.gap) return;
      from = starts[step - 1]!;
    }
    if (step === rule.steps.length - 1) this.matches.push({ rule, start: from, end });
    else {
      starts[step] = from;
      ends[step] = end;
    }
  }
}
