import { Buffer } from 'node:buffer';
import { systemClock } from '../../../src/core/clock.ts';
import { createEngine } from '../../../src/engine.ts';
import type { Config } from '../../../src/sections.ts';
import { engineCallback } from './designs/engine-callback.ts';
import { defaultConfig } from './engine.ts';
import { Receiver } from './receiver.ts';
import type { Results, Task } from './task.ts';

type TaskOf<Kind> = Extract<Task, { kind: Kind }>;

export async function measureKept({ requests }: TaskOf<'kept'>): Promise<Results['kept']> {
  const receiver = new Receiver();
  const design = engineCallback('echo', receiver);
  const run = async (count: number): Promise<void> => {
    await design.run(count, 1);
    receiver.check(count, 'echo');
  };
  // Compiled code stays, and is not what is asked for.
  await run(Math.ceil(requests / 4));
  const before = await heapInUse();
  await run(requests);
  return { bytes: (await heapInUse()) - before };
}

/** The provider never answers: 64 requests are with it, all others wait. */
export async function measureQueued({ requests, promptBytes }: TaskOf<'queued'>): Promise<Results['queued']> {
  const config = withCapacity(defaultConfig(), requests);
  const run = (): Promise<void> => new Promise(() => {});
  const engine = createEngine(config, { provider: { name: 'blocked', kind: 'blocked', model: 'none', run } });
  let settled = 0;
  const done = (): void => {
    settled++;
  };
  const before = await heapInUse();
  for (let i = 0; i < requests; i++) {
    engine.submitWith(
      { id: `request-${i}`, messages: [{ role: 'user', content: distinctText(i, promptBytes) }] },
      null,
      done,
    );
  }
  const heapBytes = (await heapInUse()) - before;
  if (settled > 0) throw new Error(`${settled} requests ended that should wait`);
  return { heapBytes, payloadBytes: requests * promptBytes };
}

/** A text of its own in one piece: what `+` makes is a tree of pieces until somebody reads it. */
function distinctText(i: number, bytes: number): string {
  return Buffer.alloc(bytes, `${i} `).toString('latin1');
}

function withCapacity(config: Config, capacity: number): Config {
  const { rag, assemble, inference, post_process, stream } = config.stages;
  const stages = {
    rag: { ...rag, channel_capacity: capacity },
    assemble: { ...assemble, channel_capacity: capacity },
    inference: { ...inference, channel_capacity: capacity },
    post_process: { ...post_process, channel_capacity: capacity },
    stream: { ...stream, channel_capacity: capacity },
  };
  return { ...config, stages };
}

const SETTLING_TURNS = 20;

/** Bytes of the heap that are reachable. Work that was put off to later turns is let through first. */
async function heapInUse(): Promise<number> {
  for (let i = 0; i < SETTLING_TURNS; i++) await new Promise<void>((resolve) => systemClock.nextTurn(resolve));
  if (globalThis.gc === undefined) throw new Error('started without --expose-gc');
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
