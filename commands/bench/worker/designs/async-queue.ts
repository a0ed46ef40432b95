import { queue } from 'async';
import { ClosedLoop } from '../closed-loop.ts';
import type { Design } from '../design.ts';
import type { Receiver } from '../receiver.ts';
import { buildRequest, LIMITS, Subject, stagesOf, type Work } from '../work.ts';

/** Five `async.queue`s. They have no bound of their own: the number of open requests keeps them within ours. */
export function asyncQueueChain(work: Work, receiver: Receiver): Design {
  const queues = stagesOf(work).map((stage, i) =>
    queue<Subject>((subject, done) => {
      stage(subject);
      done(null);
    }, LIMITS[i]!),
  );
  const send = (subject: Subject, at: number): void => {
    queues[at]!.push(subject, () => {
      if (at + 1 < queues.length) return send(subject, at + 1);
      receiver.take(subject);
      loop.answered();
    });
  };
  const loop = new ClosedLoop((i) => send(new Subject(buildRequest(i)), 0));
  return loop;
}
