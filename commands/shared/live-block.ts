import type { CommandContext } from '../command.ts';

/** The terminal draws what is between the two at once (synchronised output); one that does not know them ignores them. */
const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';
const CLEAR_DOWN = '\u001b[J';
const CLEAR_REST = '\u001b[K';

type Screen = Pick<CommandContext['stderr'], 'write' | 'columns'>;

/** One line as it is sent, and the cells it takes. */
export interface DrawnLine {
  readonly text: string;
  readonly width: number;
}

/**
 * A few lines at the end of the output that are drawn anew in place, with messages above them. The cursor stays visible
 * and stands below the last line at all times, so that there is nothing to restore, however the process ends.
 */
export class LiveBlock {
  private readonly screen: Screen;
  private drawn: readonly DrawnLine[] = [];

  constructor(screen: Screen) {
    this.screen = screen;
  }

  /** Cells that a line may take: one that fills the row would make some terminals go to the next. */
  get width(): number {
    return Math.max((this.screen.columns ?? 80) - 1, 1);
  }

  draw(lines: readonly DrawnLine[]): void {
    const text = lines.map((line) => `${line.text}${CLEAR_REST}\n`).join('');
    this.screen.write(`${BEGIN}${this.toTop()}${text}${CLEAR_DOWN}${END}`);
    this.drawn = lines;
  }

  /** Writes above the block; `text` ends with a line feed. */
  above(text: string): void {
    const block = this.drawn.map((line) => `${line.text}\n`).join('');
    this.screen.write(`${BEGIN}${this.toTop()}${CLEAR_DOWN}${text}${block}${END}`);
  }

  /** Takes the block away. */
  clear(): void {
    if (this.drawn.length > 0) this.screen.write(`${this.toTop()}${CLEAR_DOWN}`);
    this.drawn = [];
  }

  /** A window that has become narrower since has folded the lines. */
  private toTop(): string {
    const columns = this.screen.columns ?? 80;
    const rows = this.drawn.reduce((sum, { width }) => sum + Math.max(Math.ceil(width / columns), 1), 0);
    return rows === 0 ? '' : `\u001b[${rows}F`;
  }
}
