import type { LinePrinter } from './printer.ts';

/** Keeps a batch within bounds: so many requests in flight, so many lines that wait to be printed. */
export class Window {
  private readonly size: number;
  private readonly mostOutstanding: number;
  private readonly printer: LinePrinter;
  private inFlight = 0;
  private wake: (() => void) | null = null;

  constructor(size: number, mostOutstanding: number, printer: LinePrinter) {
    this.size = size;
    this.mostOutstanding = mostOutstanding;
    this.printer = printer;
  }

  enter(): void {
    this.inFlight++;
  }

  leave(): void {
    this.inFlight--;
    this.look();
  }

  /** Whoever waits for a change looks again. */
  look(): void {
    this.wake?.();
  }

  /** Resolves when another request may enter. */
  async room(): Promise<void> {
    while (this.inFlight >= this.size) await this.change();
    // Printing catches up by itself once the earliest open line is answered, and that one is in flight.
    while (this.printer.outstanding >= this.mostOutstanding) {
      if (this.inFlight > 0) await this.change();
      else await this.printer.flushed();
    }
  }

  /** Resolves when nothing is in flight. */
  async empty(): Promise<void> {
    while (this.inFlight > 0) await this.change();
  }

  /** Resolves when a request has left, or the printer has gone on. */
  change(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = () => {
        this.wake = null;
        resolve();
      };
    });
  }
}
