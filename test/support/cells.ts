import { widthOf } from '../../tui/text.ts';

/** CSI, OSC, and the short ones. */
const SEQUENCE = /\u001b(?:\[([0-9;?>]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_=>78])/y;
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The cells of a terminal that knows what a dashboard sends it: places, what is erased, and text. */
export class Cells {
  private readonly columns: number;
  private readonly cells: (string | null)[][];
  private row = 0;
  private column = 0;
  private readonly blank = (): (string | null)[] => new Array<string | null>(this.columns).fill(' ');
  /** What came without its end. */
  private rest = '';

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.cells = Array.from({ length: rows }, this.blank);
  }

  /** Each row as text, without the spaces at its end. */
  get rows(): readonly string[] {
    return this.cells.map((row) =>
      row
        .map((cell) => cell ?? '')
        .join('')
        .trimEnd(),
    );
  }

  write(more: string): void {
    const text = this.rest + more;
    this.rest = '';
    for (let at = 0; at < text.length; ) {
      SEQUENCE.lastIndex = at;
      const found = SEQUENCE.exec(text);
      if (found !== null) {
        this.steer(found[1] ?? '', found[2] ?? '');
        at += found[0].length;
      } else if (text[at] === '\u001b') {
        this.rest = text.slice(at);
        return;
      } else {
        const end = text.indexOf('\u001b', at);
        this.print(text.slice(at, end === -1 ? text.length : end));
        at = end === -1 ? text.length : end;
      }
    }
  }

  private steer(parameters: string, command: string): void {
    if (command === 'H') {
      const [row = 1, column = 1] = parameters.split(';').map((one) => Number(one) || 1);
      [this.row, this.column] = [row - 1, column - 1];
    } else if (command === 'J') {
      for (const row of this.cells) row.splice(0, row.length, ...this.blank());
    } else if (command === 'K') {
      this.cells[this.row]?.fill(' ', parameters === '2' ? 0 : this.column);
    }
  }

  private print(text: string): void {
    for (const { segment } of GRAPHEMES.segment(text)) {
      if (segment === '\r\n' || segment === '\r' || segment === '\n') {
        if (segment !== '\n') this.column = 0;
        if (segment !== '\r') this.row++;
        continue;
      }
      const row = this.cells[this.row];
      const width = widthOf(segment);
      // What was drawn for another size.
      if (row === undefined || this.column + width > this.columns) continue;
      row[this.column] = segment;
      for (let more = 1; more < width; more++) row[this.column + more] = null;
      this.column += width;
    }
  }
}
