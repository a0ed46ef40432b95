// One of the threads that share the seeds: gets [first, count], answers with the tally, until there is no more.
import { parentPort, workerData } from 'node:worker_threads';
import { scenarioNamed } from './scenarios/index.ts';
import { simulate } from './simulate.ts';
import { NOTHING, tallyOf, together } from './tally.ts';

const port = parentPort!;
const scenario = scenarioNamed(workerData as string | null);

port.on('message', async ([first, count]: [number, number]) => {
  let tally = NOTHING;
  for (let seed = first; seed < first + count; seed++) {
    tally = together(tally, tallyOf(await simulate(seed, { scenario })));
  }
  port.postMessage(tally);
});
