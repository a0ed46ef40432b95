/** What would end a text within JSON, or does not belong in one. */
const UNPLAIN = /["\\\u0000-\u001f]/;

/** Room for so many events makes it worth to look for a row of them. */
const FEWEST = 32;

/**
 * Reads the text out of pieces that differ in nothing else, which is what most of a stream is. All around the text being the
 * same, letter by letter, as in a piece that was parsed, and the text having nothing to escape, it is the same JSON with
 * another text in its place: parsing it would tell nothing new, and takes ten times as long.
 */
export class TextTemplate {
  /** Where the latest run has ended. */
  end = 0;
  private readonly key: string;
  private before = '';
  private after = '';
  /** Such a piece as an event: what stands in front of its text, behind it, and between the texts of two. */
  private head = '';
  private tail = '';
  private gap = '';

  /** @param field whose value the text is */
  constructor(field: string) {
    this.key = `"${field}":`;
  }

  /** The text of such a piece; null for any other. */
  textIn(data: string): string | null {
    const from = this.before.length;
    const to = data.length - this.after.length;
    if (from === 0 || to <= from || !data.startsWith(this.before) || !data.endsWith(this.after)) return null;
    const text = data.slice(from, to);
    return UNPLAIN.test(text) ? null : text;
  }

  /**
   * The texts of all such events that stand in a row from `from` on, as one; null when there are but a few, which are told
   * one by one. A fast model fills what is read at once with hundreds: they are cut apart where they are the same.
   */
  textsIn(events: string, from: number): string | null {
    const { head, tail } = this;
    if (head === '' || events.length - from < FEWEST * (head.length + tail.length)) return null;
    if (!events.startsWith(head, from)) return null;
    const texts = events.slice(from + head.length).split(this.gap);
    // The last is followed by whatever follows.
    const last = texts.length - 1;
    const to = texts[last]!.indexOf(tail);
    if (to < 0) texts.length = last;
    else texts[last] = texts[last]!.slice(0, to);
    let said = texts.join('');
    if (UNPLAIN.test(said)) {
      texts.length = texts.findIndex((text) => UNPLAIN.test(text));
      said = texts.join('');
    }
    if (texts.length === 0 || texts.includes('')) return null;
    this.end = from + said.length + texts.length * (head.length + tail.length);
    return said;
  }

  /**
   * A piece that said this text, and in which no other field is to be read each time.
   * @param name of its event
   */
  learn(data: string, text: string, name: string | undefined): void {
    const at = data.indexOf(this.key);
    // Twice, and it could be the other one.
    if (at < 0 || data.lastIndexOf(this.key) !== at) return;
    let start = at + this.key.length;
    if (data[start] === ' ') start++;
    if (data[start] !== '"' || !data.startsWith(text, start + 1) || data[start + 1 + text.length] !== '"') return;
    if (UNPLAIN.test(text)) return;
    this.before = data.slice(0, start + 1);
    this.after = data.slice(start + 1 + text.length);
    this.head = `${name === undefined ? '' : `event: ${name}\n`}data: ${this.before}`;
    this.tail = `${this.after}\n\n`;
    this.gap = this.tail + this.head;
  }
}
