import type { Job } from './job.ts';
import type { Usage } from './outcome.ts';
import { estimateMessageTokens, estimateTokens } from './tokens.ts';

/** The tokens of a job: as its provider counted them, or estimated. */
export function usageOf(job: Job): Usage {
  const { inputTokens, outputTokens, cached } = job;
  return {
    input_tokens: inputTokens >= 0 ? inputTokens : estimateMessageTokens(job.messages),
    output_tokens: outputTokens >= 0 ? outputTokens : estimateTokens(job.said),
    // Text that was held back at the end was counted before it was dropped.
    estimated: inputTokens < 0 || outputTokens < 0 || (job.held && job.ended !== 'completed'),
    ...(cached === null ? {} : { cache_read_tokens: cached.read, cache_write_tokens: cached.write }),
  };
}
