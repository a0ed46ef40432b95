/** What happens in the streams of one session. */
export type StreamEvent =
  | { readonly kind: 'text'; readonly stream: string; readonly text: string }
  /** The stream is complete; `status` is how it ended. */
  | { readonly kind: 'end'; readonly stream: string; readonly status: string }
  /** This subscriber was too slow: what waited for it is gone, and nothing more comes. */
  | { readonly kind: 'dropped'; readonly waiting: number };

/**
 * One subscriber's place: events wait here until they are taken, up to a bound. Iterate over it once; leaving the loop
 * unsubscribes.
 */
export class StreamSubscription implements AsyncIterable<StreamEvent> {
  private readonly capacity: number;
  private readonly onClose: (subscription: StreamSubscription) => void;
  private waiting: StreamEvent[] = [];
  private open = true;
  private wake: (() => void) | null = null;

  constructor(capacity: number, onClose: (subscription: StreamSubscription) => void) {
    this.capacity = capacity;
    this.onClose = onClose;
  }

  /** Hands an event over without ever waiting; false when there was no room, and the subscriber is dropped for it. */
  push(event: StreamEvent): boolean {
    if (!this.open) return true;
    if (this.waiting.length < this.capacity) {
      this.waiting.push(event);
      this.wake?.();
      return true;
    }
    this.waiting = [{ kind: 'dropped', waiting: this.waiting.length }];
    this.close();
    return false;
  }

  /** Ends the subscription; what waits can still be taken. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    this.onClose(this);
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<StreamEvent, void, void> {
    try {
      for (;;) {
        const next = this.waiting.shift();
        if (next !== undefined) yield next;
        else if (!this.open) return;
        else {
          await new Promise<void>((resolve) => {
            this.wake = resolve;
          });
          this.wake = null;
        }
      }
    } finally {
      this.close();
    }
  }
}
