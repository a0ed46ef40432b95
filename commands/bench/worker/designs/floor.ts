import type { Design } from '../design.ts';
import { buildRequest, type Receiver, Subject, stagesOf, type Work } from '../work.ts';

/**
 * The least any design can cost: a bare loop that builds the request, wraps it in the smallest subject the stages can
 * work on, calls the five functions one after the other and takes the answer. No check for errors or promises between
 * them, no bounds, no counting, no clock.
 */
export async function floor(work: Work): Promise<Design> {
  const [rag, assemble, inference, postProcess, stream] = stagesOf(work);
  return {
    async run(requests, _clients, receiver: Receiver) {
      for (let i = 0; i < requests; i++) {
        const subject = new Subject(buildRequest(i));
        rag(subject);
        assemble(subject);
        inference(subject);
        postProcess(subject);
        stream(subject);
        receiver.take(subject.text);
      }
    },
  };
}
