import { DESIGNS } from './design.ts';
import { Receiver } from './receiver.ts';
import { show } from './show.ts';
import type { Results, Task } from './task.ts';
import { PROMPT_LENGTH } from './work.ts';

const NS_PER_MS = 1e6;
/** Batches until everything is compiled. */
const WARM_UP = 5;

type TaskOf<Kind> = Extract<Task, { kind: Kind }>;

export async function measureThroughput(task: TaskOf<'throughput'>): Promise<Results['throughput']> {
  const { design: name, work, clients, requests, batches } = task;
  const factory = await DESIGNS[name]().catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ERR_MODULE_NOT_FOUND' && /'(fastq|async)'/.test(thrown.message)) return null;
    throw thrown;
  });
  if (factory === null) return { missing: name === 'fastq' ? 'fastq' : 'async' };
  const receiver = new Receiver();
  const design = factory(work, receiver);
  let fastest = Number.POSITIVE_INFINITY;
  // The first batches are also the warm-up: a batch that was still being compiled is never the fastest.
  for (let i = 0; i < batches; i++) {
    const startedAt = performance.now();
    await design.run(requests, clients);
    fastest = Math.min(fastest, performance.now() - startedAt);
    receiver.check(requests, work === 'echo' ? requests * PROMPT_LENGTH : 0);
    // A program's start leaves a collection half done where it lets the event loop turn, and none where it does not.
    if (i === WARM_UP) globalThis.gc?.();
    await show(design.engine);
  }
  return { ns: (fastest * NS_PER_MS) / requests };
}

export function measureClock({ reads, batches }: TaskOf<'clock'>): Results['clock'] {
  let fastest = Number.POSITIVE_INFINITY;
  let sum = 0;
  for (let i = 0; i < batches; i++) {
    const startedAt = performance.now();
    for (let read = 0; read < reads; read++) sum += performance.now();
    fastest = Math.min(fastest, performance.now() - startedAt);
  }
  if (Number.isNaN(sum)) throw new Error('the clock gave no number');
  return { ns: (fastest * NS_PER_MS) / reads };
}
