import { z } from 'zod';

// Kinds of values that the sections of several rooms share. Loads zod, so only sections import it.

/** Jobs that may wait in the queue before a stage. */
export const channelCapacity = (capacity: number) =>
  z
    .int()
    .min(1)
    .max(100_000)
    .default(capacity)
    .describe('Jobs that may wait in the queue before this stage; beyond that they are shed.');

/** Text with at least one visible character. */
export const visibleText = () => z.string().regex(/\S/, 'must not be blank');

/** Whether a stage does its work. */
export const stageEnabled = () => z.boolean().default(true).describe('Off: jobs pass through this stage untouched.');
