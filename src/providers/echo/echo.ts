import type { Attempt } from '../../core/attempt.ts';
import type { Clock } from '../../core/clock.ts';
import { OrchestratorError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';
import { lastUserText } from '../../core/request.ts';
import type { Provider } from '../provider.ts';

export interface EchoSettings {
  readonly model?: string | undefined;
  /** Milliseconds before the answer; 0 answers synchronously. */
  readonly delay_ms?: number | undefined;
  /** Up to so many milliseconds more, uniformly. */
  readonly jitter_ms?: number | undefined;
  /** Share of attempts that fail, 0…1. */
  readonly failure_rate?: number | undefined;
}

/** A word and the white space behind it; white space at the very start is a token of its own. */
const TOKENS = /\S+\s*|\s+/g;

/**
 * The offline provider: answers with the last user message, cut after each run of white space, so that the tokens
 * put together equal it. `max_tokens` and `stop` cut the answer as they would for a model.
 */
export function createEcho(name: string, settings: EchoSettings, clock: Clock, random: Random): Provider {
  const { delay_ms = 0, jitter_ms = 0, failure_rate = 0, model = 'echo' } = settings;
  const failed = (): boolean => failure_rate > 0 && random() < failure_rate;

  const run = (attempt: Attempt): void | Promise<void> => {
    if (delay_ms === 0 && jitter_ms === 0) return failed() ? fail(attempt, name) : answer(attempt);
    return new Promise((resolve) => {
      const timer = clock.after(delay_ms + random() * jitter_ms, () => {
        attempt.signal.removeEventListener('abort', stop);
        if (failed()) fail(attempt, name);
        else answer(attempt);
        resolve();
      });
      const stop = (): void => {
        timer.cancel();
        resolve();
      };
      attempt.signal.addEventListener('abort', stop, { once: true });
      if (attempt.signal.aborted) stop();
    });
  };
  return { name, kind: 'echo', model, run, immediate: delay_ms === 0 && jitter_ms === 0 };
}

function answer(attempt: Attempt): void {
  const { max_tokens, stop } = attempt.parameters;
  const text = lastUserText(attempt.messages);
  const tokens = (stop === undefined ? text : upTo(text, stop)).match(TOKENS) ?? [];
  const limit = max_tokens ?? tokens.length;
  const length = Math.min(limit, tokens.length);
  for (let i = 0; i < length; i++) attempt.emit(tokens[i]!);
  attempt.outputTokens = length;
  attempt.finishReason = length < tokens.length ? 'length' : 'stop';
}

/** The text before the first of the stop sequences in it. */
function upTo(text: string, stop: readonly string[]): string {
  const ends = stop.filter((sequence) => sequence !== '' && text.includes(sequence));
  return text.slice(0, Math.min(text.length, ...ends.map((sequence) => text.indexOf(sequence))));
}

function fail(attempt: Attempt, name: string): void {
  attempt.error = new OrchestratorError('provider_unavailable', `Provider ${name} failed, as its failure_rate asks.`);
}
