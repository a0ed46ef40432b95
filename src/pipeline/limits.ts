import type { StageQueue } from './stage-queue.ts';

/** Of `limit` jobs in a stage at once, so many as make sense: more than the next queue holds could never hand over. */
export const mostAtOnce = (queues: readonly StageQueue[], stage: number, limit: number): number =>
  Math.min(limit, queues[stage + 1]?.capacity ?? limit);
