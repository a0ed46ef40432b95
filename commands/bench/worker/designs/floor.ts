import { systemClock } from '../../../../src/core/clock.ts';
import { Job } from '../../../../src/core/job.ts';
import { createInference } from '../../../../src/inference/inference-stage.ts';
import { passThrough, streamStage } from '../../../../src/pipeline/stages.ts';
import type { Design } from '../design.ts';
import { plainConfig } from '../engine.ts';
import type { Receiver } from '../receiver.ts';
import { buildRequest, providerOf, type Work } from '../work.ts';

/**
 * The bare loop: builds the request and the job, calls the same five stage functions that the engine runs on it, one
 * after the other, and hands the answer over. Between them no check for errors or promises; no bounds, no counting of
 * requests, no clock, no outcome.
 */
export function floor(work: Work, receiver: Receiver): Design {
  const { timeout_ms } = plainConfig().stages.inference;
  const inference = createInference(
    [providerOf(work)],
    { candidate: () => ({ timeoutMs: timeout_ms }), defaults: {} },
    { clock: systemClock },
  ).step;
  return {
    async run(requests) {
      for (let i = 0; i < requests; i++) {
        const job = new Job(buildRequest(i), null, null);
        passThrough(job);
        passThrough(job);
        inference(job);
        passThrough(job);
        streamStage(job);
        receiver.take(job);
      }
    },
  };
}
