/** Fields of one line of the trace. */
export type Field = string | number | boolean | null;

/** Lines that a failure shows. */
const TAIL = 60;

/**
 * Everything that can be observed in one simulation, in order, as one hash: two runs with one seed must agree. Counts
 * the lines by their first word, which shows what really happened.
 */
export class Trace {
  readonly counts = new Map<string, number>();
  lines = 0;
  private readonly now: () => number;
  private readonly print: ((line: string) => void) | null;
  private readonly latest: string[] = [];
  // FNV-1a with two starting points: 64 bits in all.
  private high = 0x811c9dc5;
  private low = 0x01000193;

  constructor(now: () => number, print: ((line: string) => void) | null) {
    this.now = now;
    this.print = print;
  }

  note(event: string, ...fields: readonly Field[]): void {
    this.counts.set(event, (this.counts.get(event) ?? 0) + 1);
    const line = `${this.now().toFixed(3)} ${event} ${fields.join(' ')}`;
    for (let i = 0; i < line.length; i++) {
      const code = line.charCodeAt(i);
      this.high = Math.imul(this.high ^ code, 0x01000193);
      this.low = Math.imul(this.low ^ code, 0x01000193);
    }
    this.latest[this.lines++ % TAIL] = line;
    this.print?.(line);
  }

  get hash(): string {
    return [this.high, this.low].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** The latest lines, oldest first. */
  get tail(): readonly string[] {
    const at = this.lines % TAIL;
    return this.lines <= TAIL ? this.latest : [...this.latest.slice(at), ...this.latest.slice(0, at)];
  }
}
