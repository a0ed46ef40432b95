import type { Results, Task } from './task.ts';
import { measureClock, measureThroughput } from './throughput.ts';

/** The measuring process: does the task of its argument and prints the result as one line of JSON. */
const task = JSON.parse(process.argv[2]!) as Task;
process.stdout.write(`${JSON.stringify(await measure(task))}\n`, () => process.exit(0));

// A module is loaded only by the task it serves: code that was compiled for one design must not shape another.
async function measure(task: Task): Promise<Results[Task['kind']]> {
  switch (task.kind) {
    case 'throughput':
      return measureThroughput(task);
    case 'clock':
      return measureClock(task);
    case 'growth':
      return (await import('./growth.ts')).measureGrowth(task);
    case 'kept':
      return (await import('./memory.ts')).measureKept(task);
    case 'queued':
      return (await import('./memory.ts')).measureQueued(task);
    case 'guard':
      return (await import('./guard.ts')).measureGuard(task);
    case 'latency':
      return (await import('./latency.ts')).measureLatency(task);
    case 'features':
      return (await import('./features.ts')).measureFeatures(task);
    case 'herd':
      return (await import('./herd.ts')).measureHerd(task);
    case 'fingerprints':
      return (await import('./fingerprints.ts')).measureFingerprints(task);
  }
}
