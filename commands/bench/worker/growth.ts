import { engineCallback } from './designs/engine-callback.ts';
import { Receiver } from './receiver.ts';
import { show } from './show.ts';
import type { Results, Task } from './task.ts';
import { PROMPT_LENGTH } from './work.ts';

/** Repeats of the smaller sizes: the shortest counts, so that one interruption does not pass for growth. */
const TRIES = 3;

export async function measureGrowth({ sizes }: Extract<Task, { kind: 'growth' }>): Promise<Results['growth']> {
  const receiver = new Receiver();
  const design = engineCallback('echo', receiver);
  const run = async (requests: number): Promise<number> => {
    const startedAt = performance.now();
    await design.run(requests, 1);
    const elapsed = performance.now() - startedAt;
    receiver.check(requests, requests * PROMPT_LENGTH);
    await show(design.engine);
    return elapsed;
  };
  const largest = sizes.at(-1)!;
  await run(Math.ceil(largest / 4));
  const totalMs: number[] = [];
  for (const size of sizes) {
    let shortest = Number.POSITIVE_INFINITY;
    for (let i = 0; i < TRIES; i++) shortest = Math.min(shortest, await run(size));
    totalMs.push(shortest);
  }
  return { totalMs };
}
