import type { Attempt, Step } from '../../../src/core/attempt.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { OrchestratorError } from '../../../src/core/errors.ts';
import { systemRandom } from '../../../src/core/random.ts';
import type { Message, Parameters, PromptRequest, Tool } from '../../../src/core/request.ts';
import { passThrough } from '../../../src/pipeline/stages.ts';
import { createEcho } from '../../../src/providers/echo/echo.ts';
import type { Provider } from '../../../src/providers/provider.ts';

/** What the third stage does: answer as the echo provider does, or nothing, which leaves what the engine itself costs. */
export type Work = 'echo' | 'noop';

/** Length of every prompt, characters. */
export const PROMPT_LENGTH = 60;
/** A power of two, so that drawing from them costs a mask. */
const PROMPTS = 64;

/**
 * Ids and prompts exist before the clock starts: making them would cost every design the same, and so flatter the slow
 * ones. There are several, because V8 remembers the result of splitting the very same string again.
 */
const ids = Array.from({ length: PROMPTS }, (_, i) => `request-${i}`);
const prompts = Array.from({ length: PROMPTS }, (_, i) => `The quick brown fox jumps over the magnificent lazy dog ${1000 + i}`);

/** The request a client builds: three objects around a prompt it was given. Every design builds its own like this. */
export function buildRequest(i: number): PromptRequest {
  return { id: ids[i & (PROMPTS - 1)]!, messages: [{ role: 'user', content: prompts[i & (PROMPTS - 1)]! }] };
}

export function providerOf(work: Work): Provider {
  if (work === 'echo') return createEcho('echo', {}, systemClock, systemRandom);
  const run = (attempt: Attempt): void => {
    attempt.finishReason = 'stop';
  };
  return { name: 'noop', kind: 'noop', model: 'noop', run };
}

/** What the designs without an engine send through the stages: what a provider needs of an attempt, and nothing more. */
export class Subject implements Attempt {
  readonly id: string;
  readonly messages: readonly Message[];
  readonly parameters: Parameters = NO_PARAMETERS;
  readonly tools: readonly Tool[] = NO_TOOLS;
  readonly wanted = true;
  text = '';
  error: OrchestratorError | null = null;
  model = '';
  finishReason: string | null = null;
  inputTokens = -1;
  outputTokens = -1;

  constructor(request: PromptRequest) {
    this.id = request.id;
    this.messages = request.messages;
  }

  get signal(): AbortSignal {
    return new AbortController().signal;
  }

  emit(text: string): void {
    this.text += text;
  }

  release(): void {}
}

const NO_PARAMETERS: Parameters = {};
const NO_TOOLS: readonly Tool[] = [];

/** The engine's five stages as they are without features, around the same provider. */
export function stagesOf(work: Work): readonly [Step<Subject>, Step<Subject>, Step<Subject>, Step<Subject>, Step<Subject>] {
  return [passThrough as Step<unknown>, passThrough as Step<unknown>, providerOf(work).run, passThrough as Step<unknown>, (subject) => subject.release()];
}

/** Where answers arrive. Reading a character makes V8 put the pieces of the text together, as any real use would. */
export class Receiver {
  answered = 0;
  characters = 0;
  last = 0;

  take(text: string): void {
    this.answered++;
    this.characters += text.length;
    this.last = text.charCodeAt(text.length - 1);
  }
}
