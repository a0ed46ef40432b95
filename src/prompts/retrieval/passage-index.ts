import MiniSearch, { type AsPlainObject, type Options } from 'minisearch';
import type { Citation } from '../../core/request.ts';
import { chunkText } from './chunks.ts';
import { questionTerms, termsOf } from './terms.ts';

/** A piece of a file that can be shown to a model. */
export interface Passage extends Citation {
  readonly text: string;
  readonly headings: string;
}

interface Entry extends Passage {
  readonly id: number;
  /** Words of the path and the headings: searched, too, and worth more. */
  readonly title: string;
}

/** What an index is made of, as plain data. Entries of a file stand together, in the order of the text. */
export interface PlainIndex {
  readonly entries: readonly Entry[];
  readonly terms: AsPlainObject;
}

const OPTIONS: Options<Entry> = {
  fields: ['title', 'text'],
  tokenize: termsOf,
  processTerm: (term) => term,
  searchOptions: { boost: { title: 1.5 } },
};

/** Passages below this share of the best one's score are about something else. */
const LOWEST_SHARE = 0.25;
/** More than these are never looked at for one question. */
const MOST_PASSAGES = 50;

/** Passages that are indexed in one go; some milliseconds of work. */
const SLICE = 64;

const MARKDOWN = /\.(?:md|mdx|markdown)$/i;

/** Passages of files, found by BM25 over their words and those of their headings and paths. */
export class PassageIndex {
  private readonly terms: MiniSearch<Entry>;
  private readonly byFile = new Map<string, readonly Entry[]>();
  private readonly byId = new Map<number, Entry>();
  private readonly passageBytes: number;
  private next = 0;

  private constructor(passageBytes: number, search: MiniSearch<Entry>) {
    this.passageBytes = passageBytes;
    this.terms = search;
  }

  /** @param passageBytes UTF-8 bytes of a passage at most */
  static empty(passageBytes: number): PassageIndex {
    return new PassageIndex(passageBytes, new MiniSearch(OPTIONS));
  }

  /** The index that `toJSON` was called on; four times as fast as making it from the texts. */
  static async from({ entries, terms }: PlainIndex, passageBytes: number): Promise<PassageIndex> {
    const index = new PassageIndex(passageBytes, await MiniSearch.loadJSAsync(terms, OPTIONS));
    for (const [path, ofFile] of Map.groupBy(entries, (entry) => entry.path)) index.keep(path, ofFile);
    return index;
  }

  get files(): number {
    return this.byFile.size;
  }

  get passages(): number {
    return this.byId.size;
  }

  /** Puts a file in, in place of what it was before. A long one in slices, with `pause` between them. */
  async put(path: string, text: string, pause: () => Promise<void>): Promise<void> {
    this.delete(path);
    const chunks = chunkText(text, { bytes: this.passageBytes, markdown: MARKDOWN.test(path) });
    const entries = chunks.map(({ start, end, firstLine, lastLine, headings }): Entry => {
      const id = this.next++;
      const title = `${path} ${headings}`;
      return { id, path, first_line: firstLine, last_line: lastLine, headings, title, text: text.slice(start, end) };
    });
    this.keep(path, entries);
    for (let at = 0; at < entries.length; at += SLICE) {
      if (at > 0) await pause();
      this.terms.addAll(entries.slice(at, at + SLICE));
    }
  }

  delete(path: string): void {
    const entries = this.byFile.get(path);
    if (entries === undefined) return;
    this.byFile.delete(path);
    for (const { id } of entries) {
      this.byId.delete(id);
      // Cleans up later: taking a passage out of every term at once takes a millisecond.
      this.terms.discard(id);
    }
  }

  /** What may help with a question, the best first; of equal texts one. Empty when nothing does. */
  search(question: string): readonly Passage[] {
    const terms = questionTerms(question);
    if (terms.length === 0) return [];
    const results = this.terms.search(terms.join(' '), { tokenize: () => terms });
    const lowest = (results[0]?.score ?? 0) * LOWEST_SHARE;
    const texts = new Set<string>();
    const found: Passage[] = [];
    for (const { id, score } of results) {
      if (score < lowest || found.length === MOST_PASSAGES) break;
      const passage = this.byId.get(id)!;
      if (texts.has(passage.text)) continue;
      texts.add(passage.text);
      found.push(passage);
    }
    return found;
  }

  toJSON(): PlainIndex {
    return { entries: [...this.byFile.values()].flat(), terms: this.terms.toJSON() };
  }

  private keep(path: string, entries: readonly Entry[]): void {
    this.byFile.set(path, entries);
    for (const entry of entries) {
      this.byId.set(entry.id, entry);
      this.next = Math.max(this.next, entry.id + 1);
    }
  }
}
