import type { Outcome } from '../../../../src/core/outcome.ts';
import { ClosedLoop } from '../closed-loop.ts';
import type { Design } from '../design.ts';
import { engineFor } from '../engine.ts';
import type { Receiver } from '../receiver.ts';
import { buildRequest, type Work } from '../work.ts';

/** The engine, driven by callbacks. */
export function engineCallback(work: Work, receiver: Receiver): Design {
  const engine = engineFor(work);
  const loop = new ClosedLoop((i) => {
    engine.submitWith(buildRequest(i), null, done);
  });
  const done = (outcome: Outcome): void => {
    if (outcome.status === 'completed') receiver.take(outcome);
    loop.answered();
  };
  return { run: (requests, clients) => loop.run(requests, clients), engine };
}
