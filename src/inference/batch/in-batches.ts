import type { Attempt } from '../../core/attempt.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import type { Clock } from '../../core/clock.ts';
import { type OrchestratorError, toOrchestratorError } from '../../core/errors.ts';
import type { Provider } from '../../providers/provider.ts';
import { MicroBatcher, type MicroBatcherSettings } from './micro-batcher.ts';

export interface BatchSettings extends MicroBatcherSettings {
  /** Characters at the beginning of a prompt that those of a batch have in common; 0: any prompts go together. */
  readonly prefixLength: number;
}

interface Waiting {
  readonly attempt: Attempt;
  readonly done: () => void;
}

/**
 * The provider, asked for several attempts at once where it takes that: those that begin alike, and have the same
 * parameters, share a request. Each keeps its own answer, end and cancellation. When the batch is refused as a whole for
 * what is in it, each is sent alone, so that one bad prompt fails for itself.
 */
export function inBatches(provider: Provider, settings: BatchSettings, clock: Clock): Provider {
  const { batch } = provider;
  if (batch === undefined) return provider;

  const alone = async ({ attempt, done }: Waiting): Promise<void> => {
    try {
      await provider.run(attempt);
    } catch (thrown) {
      attempt.error = toOrchestratorError(thrown, 'provider_failed');
    }
    done();
  };

  const together = async (waiting: readonly Waiting[]): Promise<void> => {
    const left = new Map(waiting.map((one) => [one.attempt, one]));
    const leave = (attempt: Attempt): void => {
      left.get(attempt)?.done();
      left.delete(attempt);
    };
    let error: OrchestratorError | null;
    try {
      error = await batch.run(
        waiting.map(({ attempt }) => attempt),
        leave,
      );
    } catch (thrown) {
      error = toOrchestratorError(thrown, 'provider_failed');
    }
    const faultOfOne = error !== null && left.size === waiting.length && ABOUT_A_PROMPT.has(error.code);
    for (const one of [...left.values()]) {
      if (faultOfOne && one.attempt.wanted) void alone(one);
      else {
        if (error !== null) one.attempt.error = error;
        one.done();
      }
    }
  };

  const batcher = new MicroBatcher<Waiting>(settings, clock, (waiting) => {
    const [first] = waiting;
    void (waiting.length === 1 ? alone(first!) : together(waiting));
  });

  const run = (attempt: Attempt): void | Promise<void> => {
    const prompt = batch.prompt(attempt);
    if (prompt === null) return provider.run(attempt);
    const { model, parameters } = attempt;
    const key = canonicalJson([model, parameters, prompt.slice(0, settings.prefixLength)]);
    return new Promise((resolve) => {
      const done = (): void => {
        attempt.signal.removeEventListener('abort', leave);
        resolve();
      };
      const takeOut = batcher.add(key, { attempt, done });
      const leave = (): void => {
        takeOut();
        done();
      };
      attempt.signal.addEventListener('abort', leave, { once: true });
      if (attempt.signal.aborted) leave();
    });
  };
  return { ...provider, run };
}

/** Refusals that may be the fault of a single prompt. */
const ABOUT_A_PROMPT: ReadonlySet<string> = new Set(['request_rejected', 'context_length_exceeded', 'request_invalid']);
