import type { Pipeline } from './pipeline.ts';
import type { StageQueue } from './stage-queue.ts';

/** Of `limit` jobs in a stage at once, so many as make sense: more than the next queue holds could never hand over. */
export const mostAtOnce = (queues: readonly StageQueue[], stage: number, limit: number): number =>
  Math.min(limit, queues[stage + 1]?.capacity ?? limit);

/** Lets so many jobs be in a stage at once, from now on. Those that are in it stay; those that may start now do. */
export function setLimit(pipeline: Pipeline, stage: number, limit: number): void {
  pipeline.limits[stage] = mostAtOnce(pipeline.queues, stage, limit);
  pipeline.pump();
}
