import type { Job } from '../core/job.ts';
import type { Outcome } from '../core/outcome.ts';

/**
 * A submitted request: `await` it for the outcome, or iterate over it for the text as it arrives. It never rejects:
 * however a request ends, that is its outcome.
 */
export class Handle implements PromiseLike<Outcome>, AsyncIterable<string> {
  private readonly job: Job;
  private readonly onCancel: (job: Job) => void;
  private promise: Promise<Outcome> | null = null;

  constructor(job: Job, onCancel: (job: Job) => void) {
    this.job = job;
    this.onCancel = onCancel;
  }

  get id(): string {
    return this.job.request.id;
  }

  /** Takes the request back; nothing happens when it has ended. */
  cancel(): void {
    this.onCancel(this.job);
  }

  // biome-ignore lint/suspicious/noThenProperty: a handle is awaitable by design
  then<Value = Outcome, Failure = never>(
    onOutcome?: ((outcome: Outcome) => Value | PromiseLike<Value>) | null,
    onFailure?: ((reason: unknown) => Failure | PromiseLike<Failure>) | null,
  ): Promise<Value | Failure> {
    this.promise ??= this.job.delivered ? Promise.resolve(this.job) : this.settled();
    return this.promise.then(onOutcome, onFailure);
  }

  /** Pieces of the answer from the first one on, whenever iteration starts; ends with the request. */
  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, void> {
    let arrived = '';
    let wake: (() => void) | null = null;
    const unsubscribe = this.job.subscribe((text) => {
      arrived += text;
      wake?.();
    });
    void this.then(() => wake?.());
    try {
      for (;;) {
        if (arrived !== '') {
          const piece = arrived;
          arrived = '';
          yield piece;
        } else if (this.job.delivered) {
          return;
        } else {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = null;
        }
      }
    } finally {
      unsubscribe();
    }
  }

  private settled(): Promise<Outcome> {
    return new Promise((resolve) => {
      const earlier = this.job.done;
      this.job.done = (outcome) => {
        earlier?.(outcome);
        resolve(outcome);
      };
    });
  }
}
