import fastq, { type queue } from 'fastq';
import { ClosedLoop } from '../closed-loop.ts';
import type { Design } from '../design.ts';
import type { Receiver } from '../receiver.ts';
import { buildRequest, LIMITS, Subject, stagesOf, type Work } from '../work.ts';

/** Five queues of fastq in callback form. fastq has no bound of its own: the number of open requests keeps it within ours. */
export function fastqChain(work: Work, receiver: Receiver): Design {
  const queues: queue<Subject, Subject>[] = stagesOf(work).map((stage, i) =>
    fastq<null, Subject, Subject>(
      null,
      (subject, done) => {
        stage(subject);
        done(null, subject);
      },
      LIMITS[i]!,
    ),
  );
  const onwards = queues.map((_, i) => (_error: Error | null, subject?: Subject) => {
    const next = queues[i + 1];
    if (next !== undefined) return next.push(subject!, onwards[i + 1]!);
    receiver.take(subject!);
    loop.answered();
  });
  const loop = new ClosedLoop((i) => queues[0]!.push(new Subject(buildRequest(i)), onwards[0]!));
  return loop;
}
