import type { Design } from '../design.ts';
import { engineFor } from '../engine.ts';
import type { Receiver } from '../receiver.ts';
import { buildRequest, type Work } from '../work.ts';

/** The engine, awaited by so many clients at a time. */
export function enginePromise(work: Work, receiver: Receiver): Design {
  const engine = engineFor(work);
  return {
    engine,
    async run(requests, clients) {
      let sent = 0;
      const client = async (): Promise<void> => {
        while (sent < requests) {
          const outcome = await engine.submit(buildRequest(sent++));
          if (outcome.status === 'completed') receiver.take(outcome);
        }
      };
      await Promise.all(Array.from({ length: clients }, client));
    },
  };
}
