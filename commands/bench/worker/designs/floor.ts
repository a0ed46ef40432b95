import { Job } from '../../../../src/core/job.ts';
import { passThrough, streamStage } from '../../../../src/pipeline/stages.ts';
import type { Design } from '../design.ts';
import type { Receiver } from '../receiver.ts';
import { buildRequest, providerOf, type Work } from '../work.ts';

/**
 * The bare loop: builds the request and the job, calls the engine's own five stage functions on it one after the other
 * (for the third the provider itself, without the inference stage around it), and hands the answer over. Between them
 * no check for errors or promises; no bounds, no counting, no clock, no outcome.
 */
export function floor(work: Work, receiver: Receiver): Design {
  const { run: provider } = providerOf(work);
  return {
    async run(requests) {
      for (let i = 0; i < requests; i++) {
        const job = new Job(buildRequest(i), null, null);
        passThrough(job);
        passThrough(job);
        provider(job);
        passThrough(job);
        streamStage(job);
        receiver.take(job);
      }
    },
  };
}
