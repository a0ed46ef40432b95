import type { CachedTokens } from '../core/attempt.ts';
import type { Job } from '../core/job.ts';
import type { ToolCall } from '../core/request.ts';

/** An answer as it is kept: what the provider said, numbers included, so that whoever gets it again sees them. */
export interface Answer {
  readonly text: string;
  readonly provider: string | null;
  readonly model: string;
  readonly finishReason: string | null;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cached: CachedTokens | null;
  readonly toolCalls: readonly ToolCall[] | null;
}

/** What is kept of a job that was answered. */
export function answerOf(job: Job): Answer {
  // What the provider said: whoever gets it again may change it in another way.
  const { said: text, provider, model, finishReason, inputTokens, outputTokens, cached, toolCalls } = job;
  // Puts the pieces together, which a text that was added up holds on to one by one until somebody reads it.
  text.charCodeAt(0);
  return { text, provider, model, finishReason, inputTokens, outputTokens, cached, toolCalls };
}

/** Gives a job an answer's numbers; the text comes to it piece by piece. */
export function giveNumbers(job: Job, answer: Omit<Answer, 'text'>): void {
  job.provider = answer.provider;
  job.model = answer.model;
  job.finishReason = answer.finishReason;
  job.inputTokens = answer.inputTokens;
  job.outputTokens = answer.outputTokens;
  job.cached = answer.cached;
  job.toolCalls = answer.toolCalls;
}
