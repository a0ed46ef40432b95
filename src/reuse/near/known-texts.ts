import { textAt, type Utf8Words } from '../../primitives/utf8-words.ts';
import { WordLog } from '../../primitives/word-log.ts';

/** What is known of one text, beside the text. */
interface Company<Value> {
  readonly value: Value;
  readonly scope: string;
  /** Null when the text is in the log. */
  readonly text: string | null;
}

/**
 * Texts by slot, each with a value and a scope. A text is kept outside the heap, and most are their own value in no scope:
 * then nothing is left for the collector to move and to mark.
 */
export class KnownTexts<Value> {
  private readonly log: WordLog;
  /** Null for a text in the log that is its own value, in no scope. */
  private readonly companies: (Company<Value> | null)[];

  /** @param slots texts that are kept at the most, numbered from 0 */
  constructor(slots: number) {
    this.log = new WordLog(slots);
    this.companies = new Array<Company<Value> | null>(slots).fill(null);
  }

  /** Puts a text into a slot, in place of what is there; `utf8` has taken it. */
  put(slot: number, utf8: Utf8Words, text: string, value: Value, scope: string): void {
    const packs = utf8.isWhole(text);
    if (packs) {
      const at = this.log.make(slot, utf8.size + 1);
      this.log.words[at] = utf8.written;
      utf8.copyTo(this.log.words, at + 1);
    } else this.log.drop(slot);
    if (!packs || scope !== '' || value !== text) this.companies[slot] = { value, scope, text: packs ? null : text };
    else if (this.companies[slot] !== null) this.companies[slot] = null;
  }

  scope(slot: number): string {
    return this.companies[slot]?.scope ?? '';
  }

  at(slot: number): { readonly text: string; readonly value: Value } {
    const company = this.companies[slot] ?? null;
    const text = company?.text ?? this.textAt(slot);
    return { text, value: company === null ? (text as Value) : company.value };
  }

  clear(): void {
    this.log.clear();
    this.companies.fill(null);
  }

  private textAt(slot: number): string {
    const at = this.log.open(slot);
    return textAt(this.log.words, at + 1, this.log.words[at]!);
  }
}
