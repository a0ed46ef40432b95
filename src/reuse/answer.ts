import type { CachedTokens } from '../core/attempt.ts';
import type { Job } from '../core/job.ts';
import type { NativeAnswer } from '../core/native.ts';
import type { ToolCall } from '../core/request.ts';

/** An answer as it is kept: what the provider said, numbers included, so that whoever gets it again sees them. */
export interface Answer {
  readonly text: string;
  /**
   * Its last UTF-16 code unit. A text that was added up keeps all its pieces, ten times its size, until one of its
   * characters is read; a reading that nobody sees would be left out by the compiler.
   */
  readonly lastUnit: number;
  readonly provider: string | null;
  readonly model: string;
  readonly finishReason: string | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cached: CachedTokens | null;
  readonly toolCalls: readonly ToolCall[] | null;
  readonly native: NativeAnswer | null;
}

/** What is kept of a job that was answered. */
export function answerOf(job: Job): Answer {
  // What the provider said: whoever gets it again may change it in another way.
  const { said: text, provider, model, finishReason, inputTokens, outputTokens, cached, toolCalls, native } = job;
  return {
    text,
    lastUnit: text.charCodeAt(text.length - 1),
    provider,
    model,
    finishReason,
    inputTokens,
    outputTokens,
    cached,
    toolCalls,
    native,
  };
}

/** Gives a job an answer's numbers; the text comes to it piece by piece. */
export function giveNumbers(job: Job, answer: Omit<Answer, 'text' | 'lastUnit'>): void {
  job.provider = answer.provider;
  job.model = answer.model;
  job.finishReason = answer.finishReason;
  job.inputTokens = answer.inputTokens;
  job.outputTokens = answer.outputTokens;
  job.cached = answer.cached;
  job.toolCalls = answer.toolCalls;
  job.native = answer.native;
}
