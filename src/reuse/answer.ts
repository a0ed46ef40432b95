import type { CachedTokens } from '../core/attempt.ts';
import type { Job } from '../core/job.ts';
import type { NativeAnswer } from '../core/native.ts';
import type { ToolCall } from '../core/request.ts';

/** An answer as it is kept: what the provider said, numbers included, so that whoever gets it again sees them. */
export interface Answer {
  /** Its text, whatever is made of it later on: whoever gets it again may change it in another way. */
  readonly said: string;
  readonly provider: string | null;
  readonly model: string;
  readonly finishReason: string | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cached: CachedTokens | null;
  readonly toolCalls: readonly ToolCall[] | null;
  readonly native: NativeAnswer | null;
}

/** The answer alone, of something that has more, such as a job. */
export function answerOf(answered: Answer): Answer {
  const { said, provider, model, finishReason, inputTokens, outputTokens, cached, toolCalls, native } = answered;
  return { said, provider, model, finishReason, inputTokens, outputTokens, cached, toolCalls, native };
}

/** Gives a job an answer's numbers; the text comes to it piece by piece. */
export function giveNumbers(job: Job, answer: Omit<Answer, 'said'>): void {
  job.provider = answer.provider;
  job.model = answer.model;
  job.finishReason = answer.finishReason;
  job.inputTokens = answer.inputTokens;
  job.outputTokens = answer.outputTokens;
  job.cached = answer.cached;
  job.toolCalls = answer.toolCalls;
  job.native = answer.native;
}
