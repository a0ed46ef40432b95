import { Transform } from 'node:stream';
import { ClosedLoop } from '../closed-loop.ts';
import type { Design } from '../design.ts';
import type { Receiver } from '../receiver.ts';
import { buildRequest, CAPACITIES, Subject, stagesOf, type Work } from '../work.ts';

/** Five `Transform`s in object mode, piped into each other, each with the high-water mark of the engine's queue. */
export function nodeStreams(work: Work, receiver: Receiver): Design {
  const [first, ...others] = stagesOf(work).map(
    (stage, i) =>
      new Transform({
        objectMode: true,
        highWaterMark: CAPACITIES[i]!,
        transform(subject: Subject, _encoding, done) {
          stage(subject);
          done(null, subject);
        },
      }),
  );
  const loop = new ClosedLoop((i) => {
    first!.write(new Subject(buildRequest(i)));
  });
  let last = first!;
  for (const next of others) last = last.pipe(next);
  last.on('data', (subject: Subject) => {
    receiver.take(subject);
    loop.answered();
  });
  return loop;
}
