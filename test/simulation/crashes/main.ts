// `npm run crashes -- N`: so many crash schedules of replays on all cores; `-- N FIRST` begins with that one. See docs/simulation.md.
import { availableParallelism } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { crashSchedule } from './schedule.ts';

/** Failures that are told. */
const ENOUGH = 5;

async function share([first, step, end]: readonly [number, number, number]): Promise<readonly string[]> {
  const failures: string[] = [];
  for (let seed = first; seed < end && failures.length < ENOUGH; seed += step) {
    const wrong = await crashSchedule(seed);
    if (wrong !== null) failures.push(`schedule ${seed}: ${wrong}`);
  }
  return failures;
}

async function main(schedules: number, first: number): Promise<number> {
  const begun = performance.now();
  const threads = availableParallelism();
  const shares = Array.from({ length: threads }, (_, at) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: [first + at, threads, first + schedules] });
    return new Promise<readonly string[]>((resolve, reject) => worker.on('message', resolve).on('error', reject));
  });
  const failures = (await Promise.all(shares)).flat();
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(`${schedules} crash schedules in ${seconds} s, ${failures.length} failed\n`);
  for (const failure of failures) process.stdout.write(`FAILED  ${failure}\n`);
  return failures.length === 0 ? 0 : 1;
}

if (isMainThread) {
  const [wanted = 1000, first = 0] = process.argv.slice(2).map(Number);
  if (Number.isSafeInteger(wanted) && wanted > 0 && Number.isSafeInteger(first) && first >= 0) {
    process.exitCode = await main(wanted, first);
  } else {
    process.stderr.write(
      'Usage: npm run crashes -- [how many schedules; default 1000] [the first of them; default 0]\n',
    );
    process.exitCode = 2;
  }
} else parentPort!.postMessage(await share(workerData as [number, number, number]));
