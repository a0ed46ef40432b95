import type { Writable } from 'node:stream';
import type { BatchOutput } from './output.ts';
import { write } from './streams.ts';

interface Slot {
  readonly line: number;
  text: string | null;
}

/**
 * Prints the outcome of each line: in the order the lines were expected, or as they come when unordered. It writes in
 * turns, everything that is ready at once, and tells which lines have left the process.
 */
export class LinePrinter {
  private readonly stdout: Writable;
  private readonly format: BatchOutput;
  private readonly ordered: boolean;
  private readonly onPrinted: (lines: readonly number[]) => void;
  private readonly slots: Slot[] = [];
  private readonly open = new Map<number, Slot>();
  private head = 0;
  private ready: Slot[] = [];
  private started = false;
  private writing: Promise<void> | null = null;

  constructor(stdout: Writable, format: BatchOutput, ordered: boolean, onPrinted: (lines: readonly number[]) => void) {
    this.stdout = stdout;
    this.format = format;
    this.ordered = ordered;
    this.onPrinted = onPrinted;
  }

  /** Lines that are expected or settled, and not printed. */
  get outstanding(): number {
    return this.open.size;
  }

  /** An outcome for this line will come. */
  expect(line: number): void {
    const slot: Slot = { line, text: null };
    this.open.set(line, slot);
    if (this.ordered) this.slots.push(slot);
  }

  /** The outcome of an expected line. */
  settle(line: number, text: string): void {
    const slot = this.open.get(line)!;
    slot.text = text;
    if (this.ordered) this.collect();
    else this.ready.push(slot);
    if (this.ready.length > 0) this.writing ??= this.drain();
  }

  /** Everything settled so far has been written. */
  async flushed(): Promise<void> {
    while (this.writing !== null) await this.writing;
  }

  /** Writes what follows the last item. */
  async end(): Promise<void> {
    await this.flushed();
    await write(this.stdout, this.started ? this.format.last : this.format.none);
  }

  private item({ text }: Slot): string {
    const { first, next, behind } = this.format;
    const before = this.started ? next : first;
    this.started = true;
    return before + text + behind;
  }

  private collect(): void {
    const { slots } = this;
    while (this.head < slots.length && slots[this.head]!.text !== null) this.ready.push(slots[this.head++]!);
    if (this.head > 1024 && this.head * 2 > slots.length) {
      slots.splice(0, this.head);
      this.head = 0;
    }
  }

  private async drain(): Promise<void> {
    // Let the turn end first: what settles together is written together.
    await Promise.resolve();
    while (this.ready.length > 0) {
      const batch = this.ready;
      this.ready = [];
      const written = await write(this.stdout, batch.map((slot) => this.item(slot)).join(''));
      for (const { line } of batch) this.open.delete(line);
      if (written) this.onPrinted(batch.map(({ line }) => line));
    }
    this.writing = null;
  }
}
