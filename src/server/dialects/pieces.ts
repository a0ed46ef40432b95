import type { Clock } from '../../core/clock.ts';
import type { Aside } from '../../core/native.ts';

/** Text of an answer, or something beside it. */
export type Piece = string | Aside;

/** Pieces of one answer on their way to its one reader, in their order. Text that waits becomes one piece. */
export class Pieces implements AsyncIterable<Piece> {
  private waiting: Piece[] = [];
  private ended = false;
  private wake: () => void = () => undefined;

  get empty(): boolean {
    return this.waiting.length === 0;
  }

  get onlyText(): boolean {
    return this.waiting.every((piece) => typeof piece === 'string');
  }

  add(piece: Piece): void {
    const last = this.waiting.at(-1);
    if (typeof piece === 'string' && typeof last === 'string') this.waiting[this.waiting.length - 1] = last + piece;
    else if (piece !== '') this.waiting.push(piece);
    this.wake();
  }

  /** There are no more. */
  end(): void {
    this.ended = true;
    this.wake();
  }

  /** Resolves when there is a piece or the end, or after so many milliseconds. */
  async ready(clock: Clock, ms: number): Promise<void> {
    if (this.ended || !this.empty) return;
    await new Promise<void>((resolve) => {
      const timer = clock.after(ms, resolve, true);
      this.wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Piece, void, void> {
    for (;;) {
      const pieces = this.waiting;
      this.waiting = [];
      yield* pieces;
      if (!this.empty) continue;
      if (this.ended) return;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}
