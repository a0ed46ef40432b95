import type { OrchestratorError } from './errors.ts';
import type { Aside, NativeAnswer } from './native.ts';
import type { Message, Parameters, Tool, ToolCall } from './request.ts';

/** One try at one provider: what it is asked, and where its answer goes. */
export interface Attempt {
  readonly id: string;
  readonly messages: readonly Message[];
  readonly parameters: Parameters;
  readonly tools: readonly Tool[];
  /** Aborted when nobody wants the answer any more. Made on first use: a provider that never waits never pays for it. */
  readonly signal: AbortSignal;
  /**
   * Calls back once, when the signal would abort. A signal takes ten objects and its listeners, which is what a gateway has
   * for a whole request: who has nobody to hand one on to does without.
   */
  onAbort(listener: () => void): void;
  /** Whether the attempt is still wanted; false once it was cancelled, expired or timed out. */
  readonly wanted: boolean;

  /**
   * Whether somebody wants the pieces as they come. Where nobody does, a provider may ask for the whole answer and hand it
   * over at its end.
   */
  readonly streams: boolean;

  /** Hands over the next piece of the answer, as it arrives. Ignored once nobody wants it. */
  emit(text: string): void;
  /** Hands over a piece that is not text, for callers who want it as it comes; the whole is told at the end. */
  aside(piece: Aside): void;
  /** Set by the provider instead of throwing. */
  error: OrchestratorError | null;
  /** The model asked for, until the provider says which one answered. */
  model: string;
  finishReason: string | null;
  /** Tokens as the provider counted them; -1 when it did not say. */
  inputTokens: number;
  outputTokens: number;
  /** Which of the input tokens came from or went to the provider's own cache; null when it did not say. */
  cached: CachedTokens | null;
  /** The functions that the model called, in its order; null when it called none. */
  toolCalls: readonly ToolCall[] | null;
  /** What only callers of the provider's own dialect understand; null where this one isn't. */
  native: NativeAnswer | null;
}

/** Input tokens that the provider read from its prompt cache, and those it wrote there. Both are part of the input. */
export interface CachedTokens {
  readonly read: number;
  readonly write: number;
}

/** A stage is a function of a job, a layer a function of an attempt: nothing when done, a promise when it must wait. */
export type Step<Subject> = (subject: Subject) => void | Promise<void>;
