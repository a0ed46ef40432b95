import { widthOf } from '../../tui/text.ts';

const SEQUENCE = /\u001b\[([0-9;?]*)([A-Za-z])/y;
const GRAPHEMES = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The cells of a terminal that understands what the painter sends, and complains about everything else. */
export class Cells {
  private readonly columns: number;
  private readonly cells: (string | null)[][];
  private row = 0;
  private column = 0;
  private colours = '';

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.cells = Array.from({ length: rows }, () => this.blank());
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

  write(text: string): void {
    for (let at = 0; at < text.length; ) {
      SEQUENCE.lastIndex = at;
      const found = SEQUENCE.exec(text);
      if (found !== null) {
        this.steer(found[1]!, found[2]!);
        at += found[0].length;
        continue;
      }
      const end = text.indexOf('\u001b', at);
      this.print(text.slice(at, end === -1 ? text.length : end));
      at = end === -1 ? text.length : end;
    }
    if (this.colours !== '') throw new Error('a colour was left on');
  }

  private steer(parameters: string, command: string): void {
    switch (command) {
      case 'H':
        [this.row, this.column] =
          parameters === '' ? [0, 0] : (parameters.split(';').map((one) => Number(one) - 1) as [number, number]);
        return;
      case 'J':
        for (const row of this.cells) row.splice(0, row.length, ...this.blank());
        return;
      case 'K':
        if (parameters === '2') this.cells[this.row] = this.blank();
        else this.cells[this.row]!.fill(' ', this.column);
        return;
      case 'm':
        this.colours = ['22', '39'].includes(parameters) ? '' : parameters;
        return;
      case 'h':
      case 'l':
        if (parameters.startsWith('?')) return;
    }
    throw new Error(`the terminal does not know ${parameters}${command}`);
  }

  private print(text: string): void {
    for (const { segment } of GRAPHEMES.segment(text)) {
      const width = widthOf(segment);
      if (this.column + width > this.columns) throw new Error(`row ${this.row} is too long at ${segment}`);
      this.cells[this.row]![this.column] = segment;
      for (let more = 1; more < width; more++) this.cells[this.row]![this.column + more] = null;
      this.column += width;
    }
  }

  private readonly blank = (): (string | null)[] => new Array<string | null>(this.columns).fill(' ');
}
