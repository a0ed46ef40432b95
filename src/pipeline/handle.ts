import type { Job } from '../core/job.ts';
import type { Outcome } from '../core/outcome.ts';
import { wholeText } from '../primitives/whole-text.ts';

/**
 * A submitted request: `await` it for the outcome, or iterate over it for the text as it arrives. It never rejects:
 * however a request ends, that is its outcome.
 */
export interface Handle extends Promise<Outcome>, AsyncIterable<string> {
  /** Takes the request back; nothing happens when it has ended. */
  cancel(): void;
  /** Pieces of the answer from the first one on, whenever iteration starts; ends with the request. */
  [Symbol.asyncIterator](): AsyncGenerator<string, void, void>;
}

/** A handle while it is made, and as its own methods see it. */
type OpenHandle = { -readonly [Key in keyof Handle]: Handle[Key] } & { job: Job };

/**
 * Makes handles whose `cancel` calls `onCancel`. A handle is a plain promise with three properties more (V8 makes room
 * for three at a time): awaiting an
 * object with a `then` of its own, or an instance of a subclass, takes V8 two more turns of its queue and three times
 * as long.
 */
export function createHandles(onCancel: (job: Job) => void): (job: Job) => Handle {
  function cancel(this: Handle): void {
    onCancel((this as OpenHandle).job);
  }
  function pieces(this: Handle): AsyncGenerator<string, void, void> {
    return piecesOf((this as OpenHandle).job, this);
  }
  return (job) => {
    // Whoever awaits an outcome that is there reads it turns later, after all others that were submitted meanwhile.
    job.text = wholeText(job.text);
    // Asked just before `resolve`, this tells V8 what a job is: it would search every one for a `then`, which takes as long as
    // all the rest.
    const handle = (job.delivered ? Promise.resolve(job) : outcomeOf(job)) as OpenHandle;
    handle.job = job;
    handle.cancel = cancel;
    handle[Symbol.asyncIterator] = pieces;
    return handle;
  };
}

/** The outcome of a job that is still on its way. */
function outcomeOf(job: Job): Promise<Outcome> {
  return new Promise((resolve) => {
    const earlier = job.done;
    job.done = (outcome) => {
      earlier?.(outcome);
      resolve(outcome);
    };
  });
}

async function* piecesOf(job: Job, end: Promise<Outcome>): AsyncGenerator<string, void, void> {
  let arrived = '';
  let wake: (() => void) | null = null;
  const unsubscribe = job.subscribe((text) => {
    arrived += text;
    wake?.();
  });
  void end.then(() => wake?.());
  try {
    for (;;) {
      if (arrived !== '') {
        const piece = arrived;
        arrived = '';
        yield piece;
      } else if (job.delivered) {
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
