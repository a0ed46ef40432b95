import type { Design } from '../design.ts';
import type { Receiver } from '../receiver.ts';
import { buildRequest, Subject, stagesOf, type Work } from '../work.ts';

/**
 * The least any design can cost: a bare loop that builds the request, wraps it in the smallest subject the stages can
 * work on, calls the five functions one after the other and hands the answer over. Between them no check for errors or
 * promises; no bounds, no counting, no clock.
 */
export function floor(work: Work, receiver: Receiver): Design {
  const [rag, assemble, inference, postProcess, stream] = stagesOf(work);
  return {
    async run(requests) {
      for (let i = 0; i < requests; i++) {
        const subject = new Subject(buildRequest(i));
        rag(subject);
        assemble(subject);
        inference(subject);
        postProcess(subject);
        stream(subject);
        receiver.take(subject);
      }
    },
  };
}
