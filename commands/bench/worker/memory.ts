import { Buffer } from 'node:buffer';
import { systemClock } from '../../../src/core/clock.ts';
import { createEngine } from '../../../src/engine.ts';
import type { Config } from '../../../src/sections.ts';
import { engineCallback } from './designs/engine-callback.ts';
import { plainConfig } from './engine.ts';
import { Receiver } from './receiver.ts';
import { show } from './show.ts';
import type { Results, Task } from './task.ts';
import { PROMPT_LENGTH } from './work.ts';

type TaskOf<Kind> = Extract<Task, { kind: Kind }>;

export async function measureKept({ requests }: TaskOf<'kept'>): Promise<Results['kept']> {
  const receiver = new Receiver();
  const design = engineCallback('echo', receiver);
  const run = async (count: number): Promise<void> => {
    await design.run(count, 1);
    receiver.check(count, count * PROMPT_LENGTH);
  };
  // Compiled code stays, and is not what is asked for.
  await run(Math.ceil(requests / 4));
  const before = await heapInUse();
  await run(requests);
  const bytes = (await heapInUse()) - before;
  await show(design.engine);
  return { bytes };
}

/**
 * The provider never answers: 64 requests are with it, all others wait. Only one queue has room for all of them; with
 * room in front of inference, they have been through two stages.
 */
export async function measureQueued(task: TaskOf<'queued'>): Promise<Results['queued']> {
  const { requests, promptBytes, roomAt } = task;
  const run = (): Promise<void> => new Promise(() => {});
  const provider = { name: 'blocked', kind: 'blocked', model: 'none', run };
  const engine = createEngine(withRoom(plainConfig(), roomAt, requests), { provider });
  let settled = 0;
  const done = (): void => {
    settled++;
  };
  const before = await heapInUse();
  for (let i = 0; i < requests; i++) {
    const content = distinctText(i, promptBytes);
    engine.submitWith({ id: `request-${i}`, messages: [{ role: 'user', content }] }, null, done);
    // A program that takes in so many leaves the engine a turn now and then; it moves on what can move.
    if (i % REQUESTS_A_TURN === 0) await turn();
  }
  const heapBytes = (await heapInUse()) - before;
  await show(engine);
  if (settled > 0) throw new Error(`${settled} requests ended that should wait`);
  return { heapBytes, payloadBytes: requests * promptBytes };
}

/** A text of its own in one piece: what `+` makes is a tree of pieces until somebody reads it. */
function distinctText(i: number, bytes: number): string {
  return Buffer.alloc(bytes, `${i} `).toString('latin1');
}

function withRoom(config: Config, stage: 'rag' | 'inference', capacity: number): Config {
  const { stages } = config;
  return { ...config, stages: { ...stages, [stage]: { ...stages[stage], channel_capacity: capacity } } };
}

const REQUESTS_A_TURN = 100;
const SETTLING_TURNS = 20;

const turn = (): Promise<void> => new Promise((resolve) => systemClock.nextTurn(resolve));

/** Bytes of the heap that are reachable. Work that was put off to later turns is let through first. */
async function heapInUse(): Promise<number> {
  for (let i = 0; i < SETTLING_TURNS; i++) await turn();
  if (globalThis.gc === undefined) throw new Error('started without --expose-gc');
  globalThis.gc();
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}
