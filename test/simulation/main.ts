// `npm run simulate`: many seeds on all cores, or one with its whole trace. See docs/simulation.md.
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { ERRORS } from '../../src/core/errors.ts';
import { failureText, summaryText } from './report.ts';
import { scenarioNamed } from './scenarios/index.ts';
import { simulate } from './simulate.ts';
import { NOTHING, type Tally, tallyOf, together } from './tally.ts';

/** Seeds that a thread takes at once. */
const CHUNK = 20;
/** Failures after which no more seeds are begun. */
const ENOUGH = 5;

const USAGE = `Usage: npm run simulate -- [--seeds N] [--seed S] [--scenario NAME] [--threads N] [--trace]

  --seeds N        how many seeds; default 1000
  --seed S         the first one; default 1
  --scenario NAME  this one for every seed, instead of the one that the seed draws
  --threads N      default: one for each core
  --trace          print everything that happens; one seed only
`;

interface Settings {
  readonly seeds: number;
  readonly first: number;
  readonly scenario: string | null;
  readonly threads: number;
  readonly trace: boolean;
}

/** Throws with a sentence for people when an option is wrong. */
function readSettings(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '1000' },
      seed: { type: 'string', default: '1' },
      scenario: { type: 'string' },
      threads: { type: 'string', default: String(availableParallelism()) },
      trace: { type: 'boolean', default: false },
    },
  });
  const whole = (name: 'seeds' | 'seed' | 'threads', least: number): number => {
    const value = Number(values[name]);
    if (Number.isSafeInteger(value) && value >= least) return value;
    throw new Error(`--${name} ${values[name]}: must be a whole number from ${least} on`);
  };
  const settings = {
    seeds: whole('seeds', 1),
    first: whole('seed', 0),
    scenario: values.scenario ?? null,
    threads: whole('threads', 1),
    trace: values.trace,
  };
  scenarioNamed(settings.scenario);
  if (settings.trace && settings.seeds > 1) throw new Error('--trace: needs --seeds 1');
  return settings;
}

/** One seed in this thread, every line of its trace on stdout. */
async function traced({ first, scenario }: Settings): Promise<Tally> {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  return tallyOf(await simulate(first, { scenario: scenarioNamed(scenario), print }));
}

/** All seeds, shared by threads chunk by chunk. */
async function shared({ seeds, first, scenario, threads }: Settings): Promise<Tally> {
  let next = first;
  let tally = NOTHING;
  const end = first + seeds;
  const run = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL('./thread.ts', import.meta.url), { workerData: scenario });
      const give = (): void => {
        if (next >= end || tally.failures.length >= ENOUGH) return void worker.terminate().then(() => resolve());
        const count = Math.min(CHUNK, end - next);
        worker.postMessage([next, count]);
        next += count;
      };
      worker.on('message', (part: Tally) => {
        tally = together(tally, part);
        give();
      });
      worker.on('error', reject);
      give();
    });
  await Promise.all(Array.from({ length: Math.min(threads, Math.ceil(seeds / CHUNK)) }, run));
  return tally;
}

async function main(): Promise<number> {
  let settings: Settings;
  try {
    settings = readSettings(process.argv.slice(2));
  } catch (thrown) {
    process.stderr.write(`${(thrown as Error).message}\n\n${USAGE}`);
    return ERRORS.usage.exit;
  }
  const begun = performance.now();
  const tally = await (settings.trace ? traced(settings) : shared(settings));
  process.stdout.write(summaryText(tally, (performance.now() - begun) / 1000));
  for (const failure of tally.failures) process.stdout.write(failureText(failure, settings.scenario !== null));
  return tally.failures.length === 0 ? 0 : 1;
}

// A reader that has seen enough (`| head`) ends it; 141 is what a shell shows for that.
process.stdout.on('error', () => process.exit(141));
process.exitCode = await main();
