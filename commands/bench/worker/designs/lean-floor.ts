import type { Design } from '../design.ts';
import type { Receiver } from '../receiver.ts';
import { buildRequest, Subject, stagesOf, type Work } from '../work.ts';

/** The same loop with the smallest subject that a provider can answer, where the engine has a job: half of its size. */
export function leanFloor(work: Work, receiver: Receiver): Design {
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
