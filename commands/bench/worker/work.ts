import type { Attempt, Step } from '../../../src/core/attempt.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { OrchestratorError } from '../../../src/core/errors.ts';
import { systemRandom } from '../../../src/core/random.ts';
import type { Message, Parameters, PromptRequest, Tool } from '../../../src/core/request.ts';
import { createEcho } from '../../../src/providers/echo/echo.ts';
import type { Provider } from '../../../src/providers/provider.ts';

/** What the third stage does: answer as the echo provider does, or nothing, which leaves what the engine itself costs. */
export type Work = 'echo' | 'noop';

/** The engine's own bounds, for the designs that have none: the document's capacities, and jobs in a stage at once. */
export const CAPACITIES = [512, 512, 1024, 512, 256] as const;
export const LIMITS = [16, 16, 64, 16, 16] as const;

/** Characters of every prompt: eleven words. */
export const PROMPT_LENGTH = 60;
/** A power of two, so that drawing from them costs a mask. */
const PROMPTS = 64;

// Ids and prompts exist before the clock starts: making them would cost every design the same, and flatter the slow.
// There are several because V8 may remember what became of the very same string.
const ids = Array.from({ length: PROMPTS }, (_, i) => `request-${i}`);
const prompts = ids.map((_, i) => `The quick brown fox jumps over the magnificent lazy dog ${1000 + i}`);

/** The request a client builds: three objects around a prompt it was given. Every design builds its own like this. */
export function buildRequest(i: number): PromptRequest {
  const at = i & (PROMPTS - 1);
  return { id: ids[at]!, messages: [{ role: 'user', content: prompts[at]! }] };
}

/** The provider that does the work; it answers at once, without a promise. */
export function providerOf(work: Work): Provider {
  if (work === 'echo') return createEcho('echo', {}, systemClock, systemRandom);
  const run = (attempt: Attempt): void => {
    attempt.finishReason = 'stop';
  };
  return { name: 'noop', kind: 'noop', model: 'noop', run };
}

const NO_PARAMETERS: Parameters = {};
const NO_TOOLS: readonly Tool[] = [];

/** What designs without an engine send through the stages: what a provider needs of an attempt, and nothing more. */
export class Subject implements Attempt {
  readonly request: PromptRequest;
  readonly messages: readonly Message[];
  readonly parameters = NO_PARAMETERS;
  readonly tools = NO_TOOLS;
  readonly wanted = true;
  readonly streams = true;
  text = '';
  error: OrchestratorError | null = null;
  model = '';
  finishReason: string | null = null;
  inputTokens = -1;
  outputTokens = -1;
  cached = null;
  toolCalls = null;
  native = null;

  constructor(request: PromptRequest) {
    this.request = request;
    this.messages = request.messages;
  }

  get id(): string {
    return this.request.id;
  }

  get signal(): AbortSignal {
    return new AbortController().signal;
  }

  onAbort(): void {}

  emit(text: string): void {
    this.text += text;
  }

  aside(): void {}
}

const nothing: Step<Subject> = () => undefined;

/** The five stages of an engine without features: all but the third have nothing to do. */
export function stagesOf(
  work: Work,
): readonly [Step<Subject>, Step<Subject>, Step<Subject>, Step<Subject>, Step<Subject>] {
  return [nothing, nothing, providerOf(work).run, nothing, nothing];
}
