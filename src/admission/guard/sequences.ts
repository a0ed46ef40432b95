import type { Concept } from './lexicon.ts';
import { RULES } from './rules.ts';
import { CONCEPTS } from './words.ts';

/** What is begun always: what needs no other word before it ends it. */
export const ALONE = 1;
const OTHERS = 30;

/** Words that are worth another look by themselves. */
const HINTS: readonly Concept[] = ['rot13', 'backwards'];

/** For each concept, as bits, which beginnings its words are, and of which they are the end. */
export interface Sequences {
  readonly begins: Int32Array;
  readonly ends: Int32Array;
}

/** What must follow what for any rule to hold: where no end comes behind its beginning, none does. */
export function sequences(): Sequences {
  const begins = new Int32Array(CONCEPTS.length);
  const ends = new Int32Array(CONCEPTS.length);
  const single = RULES.flatMap(({ steps }) => (steps.length === 1 ? steps : []));
  for (const concept of [...HINTS, ...single]) ends[CONCEPTS.indexOf(concept)]! |= ALONE;
  const firsts: Concept[] = [];
  for (const [first, second] of pairs()) {
    if (!firsts.includes(first)) firsts.push(first);
    // Were there more of them than bits, two would share one, which only makes for more doubts.
    const bit = 2 << (firsts.indexOf(first) % OTHERS);
    begins[CONCEPTS.indexOf(first)]! |= bit;
    ends[CONCEPTS.indexOf(second)]! |= bit;
  }
  return { begins, ends };
}

type Pair = readonly [first: Concept, second: Concept];

/** For each rule of several steps two of them, in their order. */
function pairs(): readonly Pair[] {
  const found: Pair[] = [];
  for (const { steps } of RULES) if (steps.length === 2) found.push([steps[0]!, steps[1]!]);
  const isFound = (first: Concept, second: Concept): boolean => found.some(([a, b]) => a === first && b === second);
  for (const { steps } of RULES) {
    if (steps.length < 3) continue;
    const own = steps.flatMap((first, at) => steps.slice(at + 1).map((second): Pair => [first, second]));
    if (!own.some(([first, second]) => isFound(first, second))) found.push(own.at(-1)!);
  }
  return found;
}
