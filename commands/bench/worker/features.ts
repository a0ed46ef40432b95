import type { Message } from '../../../src/core/request.ts';
import { createEngine } from '../../../src/engine.ts';
import { ClosedLoop } from './closed-loop.ts';
import { configWith } from './engine.ts';
import { Receiver } from './receiver.ts';
import { show } from './show.ts';
import type { Results, Task } from './task.ts';

const NS_PER_MS = 1e6;
/** What the performance table asks for. */
const PROMPT_BYTES = 217;
const CLIENTS = 64;
/** Batches until everything is compiled; see `measureThroughput`. */
const WARM_UP = 5;
/**
 * Numbers of as many digits: no spaces are put in front of them. That took up to 90 ns more in an engine with features, as
 * V8 makes one piece of machine code of engine and loop up to some size, and called its library for it beyond that.
 */
const FIRST_NUMBER = 1e9;
const NUMBER_LENGTH = 10;

const OPENING =
  'Summarise for a reader who has never heard of it what the five stages of such a pipeline do, in which order they run, what happens when one of them is slower than those before it, and say why, please, for request'
    .padEnd(PROMPT_BYTES)
    .slice(0, PROMPT_BYTES - NUMBER_LENGTH);

/** No two prompts are equal: whatever looks for an earlier one finds none. */
const messagesOf = (i: number): readonly Message[] => [{ role: 'user', content: OPENING + (FIRST_NUMBER + i) }];

/** Nanoseconds a request with these features; its answer is read. */
export async function measureFeatures(task: Extract<Task, { kind: 'features' }>): Promise<Results['features']> {
  const engine = createEngine(configWith(task.features));
  const receiver = new Receiver();
  let next = 0;
  const loop = new ClosedLoop(() => {
    const i = next++;
    engine.submitWith({ id: 'bench', messages: messagesOf(i) }, null, (outcome) => {
      if (outcome.status === 'completed' && outcome.source === 'model') receiver.take(outcome);
      loop.answered();
    });
  });
  let fastest = Number.POSITIVE_INFINITY;
  for (let batch = 0; batch < task.batches; batch++) {
    const startedAt = performance.now();
    await loop.run(task.requests, CLIENTS);
    fastest = Math.min(fastest, performance.now() - startedAt);
    if (batch === WARM_UP) globalThis.gc?.();
    await show(engine);
  }
  receiver.check(next, next * PROMPT_BYTES);
  return { ns: (fastest * NS_PER_MS) / task.requests };
}
