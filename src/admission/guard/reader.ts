import { inContext } from './context.ts';
import { type Folded, Folder } from './fold.ts';
import { type Match, Phrases } from './phrases.ts';
import { TEMPLATE_RULES } from './rules.ts';
import { Templates } from './templates.ts';

/** Most characters that are read in one piece; longer texts are read in pieces that overlap. */
export const PIECE = 16_384;
export const OVERLAP = 512;

/** Reads texts: folds them, and finds the rules that hold in them. What it hands out is valid until the next reading. */
export class Reader {
  readonly folder = new Folder();
  private readonly words = new Phrases(this.folder, true);
  private joined: Phrases | null = null;
  private readonly templates = new Templates();

  /** Rules in a folded text; with `text`, the original, also those about templates, and each in its context. */
  matches(view: Folded, text: string | null): readonly Match[] {
    const read = this.words.find(view);
    if (text === null) return read;
    const found = read.length === 0 ? read : inContext(read, view, text);
    this.templates.find(text);
    if (this.templates.starts.length === 0) return found;
    return [...found, ...this.templateMatches(view)].sort((a, b) => a.end - b.end);
  }

  /** Rules in a text whose spaces were taken out. */
  joinedMatches(view: Folded): readonly Match[] {
    this.joined ??= new Phrases(this.folder, false);
    return this.joined.find(view);
  }

  /** Words that show that a text may be turned into another: see the lexicon. */
  hints(concept: 'rot13' | 'backwards'): boolean {
    return this.words.words(concept).length > 0;
  }

  private templateMatches(view: Folded): Match[] {
    const { templates } = this;
    const found: Match[] = [];
    for (const concept of ['referent', 'weakReferent'] as const) {
      const words = this.words.words(concept);
      for (let at = 0; at < words.length; at += 2) {
        const start = words[at]!;
        // The space before a word belongs to what stands before it.
        const inside = templates.around(view.origin[view.codes[start] === 0x20 ? start + 1 : start]!);
        if (inside < 0) continue;
        const harmless = (concept === 'weakReferent' ? templates.names : templates.settings).has(inside);
        found.push({ rule: TEMPLATE_RULES[harmless ? 'name' : concept], start, end: words[at + 1]! });
      }
    }
    for (const probe of templates.probes) {
      // They hold digits at least, so that something of them is in the folded text, too.
      const [start, end] = [indexOf(view, templates.starts[probe]!), indexOf(view, templates.ends[probe]!)];
      found.push({ rule: TEMPLATE_RULES.probe, start, end });
    }
    return found;
  }
}

/** The first index of a folded text that comes from `origin` or behind it. */
function indexOf({ origin, length }: Folded, wanted: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (origin[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
