import { systemClock } from '../../../src/core/clock.ts';
import type { Outcome } from '../../../src/core/outcome.ts';
import { quantile } from '../../../src/primitives/statistics.ts';
import { engineFor } from './engine.ts';
import { Receiver } from './receiver.ts';
import { show } from './show.ts';
import type { Results, Task } from './task.ts';
import { measureClock } from './throughput.ts';
import { buildRequest, PROMPT_LENGTH } from './work.ts';

/** One in so many is timed: a prime, so that it does not fall in step with the engine's own samples. */
const STRIDE = 17;
const NS_PER_MS = 1e6;

/** From submit to answer of requests that run to completion, without the one clock read that falls in between. */
export async function measureLatency({ requests }: Extract<Task, { kind: 'latency' }>): Promise<Results['latency']> {
  const engine = engineFor('echo');
  const receiver = new Receiver();
  const { ns: timerNs } = measureClock({ kind: 'clock', reads: 10_000, batches: 20 });
  let answered = false;
  const done = (outcome: Outcome): void => {
    answered = true;
    if (outcome.status === 'completed') receiver.take(outcome);
  };
  const round = async (): Promise<number[]> => {
    const times: number[] = [];
    for (let i = 0; i < requests; i++) {
      answered = false;
      const timed = i % STRIDE === 0;
      const startedAt = timed ? performance.now() : 0;
      engine.submitWith(buildRequest(i), null, done);
      // The slice is used up: this request waits for the next turn, which is not what is asked for.
      if (!answered) await new Promise<void>((resolve) => systemClock.nextTurn(resolve));
      else if (timed) times.push((performance.now() - startedAt) * NS_PER_MS - timerNs);
    }
    receiver.check(requests, requests * PROMPT_LENGTH);
    return times;
  };
  await round();
  await show(engine);
  const times = await round();
  await show(engine);
  return { p50Ns: quantile(times, 0.5), p99Ns: quantile(times, 0.99), timerNs };
}
