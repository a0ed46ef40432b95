import type { Attempt } from '../../src/core/attempt.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import type { PromptRequest } from '../../src/core/request.ts';
import { lastUserText } from '../../src/core/request.ts';
import type { Provider } from '../../src/providers/provider.ts';

/** One call that the engine made; the test decides what comes of it. */
export class ScriptedCall {
  readonly attempt: Attempt;
  readonly promise: Promise<void>;
  /** Whether the test has settled it. */
  settled = false;
  #resolve!: () => void;
  #reject!: (thrown: unknown) => void;

  constructor(attempt: Attempt) {
    this.attempt = attempt;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get prompt(): string {
    return lastUserText(this.attempt.messages);
  }

  get aborted(): boolean {
    return this.attempt.signal.aborted;
  }

  /** Streams pieces; the call stays open. */
  stream(...pieces: readonly string[]): this {
    for (const piece of pieces) this.attempt.emit(piece);
    return this;
  }

  answer(...pieces: readonly string[]): void {
    this.stream(...pieces);
    this.attempt.finishReason = 'stop';
    this.settle();
  }

  fail(error = new OrchestratorError('provider_failed', 'The provider answered 500.')): void {
    this.attempt.error = error;
    this.settle();
  }

  reject(thrown: unknown): void {
    this.settled = true;
    this.#reject(thrown);
  }

  /** Ends the call without a word. */
  settle(): void {
    this.settled = true;
    this.#resolve();
  }
}

export interface ScriptedProvider extends Provider {
  /** Every call so far, in order. */
  readonly calls: readonly ScriptedCall[];
  /** Calls that the test has not settled. */
  readonly open: readonly ScriptedCall[];
  /** The last call for this prompt. */
  call(prompt: string): ScriptedCall;
  /** From now on calls with such prompts are answered synchronously, by what `run` does with them. */
  atOnce(run: (attempt: Attempt) => void): void;
}

/** A provider whose every call waits until the test answers, fails or streams it. */
export function scriptedProvider(name = 'scripted'): ScriptedProvider {
  const calls: ScriptedCall[] = [];
  let immediate: ((attempt: Attempt) => void) | null = null;
  return {
    name,
    kind: 'scripted',
    model: 'scripted-1',
    calls,
    get open() {
      return calls.filter((call) => !call.settled);
    },
    call(prompt) {
      const found = calls.findLast((call) => call.prompt === prompt);
      if (found === undefined)
        throw new Error(`no call for "${prompt}"; there were ${calls.map((call) => call.prompt)}`);
      return found;
    },
    atOnce(run) {
      immediate = run;
    },
    run(attempt) {
      if (immediate !== null) return immediate(attempt);
      const call = new ScriptedCall(attempt);
      calls.push(call);
      return call.promise;
    },
  };
}

/** A request with one user message. */
export function prompt(text: string, fields: Partial<PromptRequest> = {}): PromptRequest {
  return {
    id: text.replace(/[^\w-]/g, '_').slice(0, 64) || 'empty',
    messages: [{ role: 'user', content: text }],
    ...fields,
  };
}
