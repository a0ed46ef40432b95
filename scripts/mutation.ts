/**
 * Mutation testing: every small change of the code that no test notices is named. `npm run mutation` does the parts that have a
 * gate, `npm run mutation -- guard` one of them, and with a file after it (`-- guard src/admission/guard/fold.ts`) that file
 * alone; a stretch of its lines (`…/fold.ts:20-80`) is a file, too. With a test file behind it (`… fold.test.ts`) that alone
 * has to notice, which is quicker; several are '{one,two}.test.ts'. Prints the score of each file; ends with 1 when a part has less than 85 %.
 */
import { relative } from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import { ONLY } from './mutation/only.ts';

type Options = ConstructorParameters<typeof Stryker>[0];
type Mutant = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

interface Part {
  /** What is mutated: what decides, not the tables it decides by. */
  readonly files: readonly string[];
  /** Where the tests are that have to notice. */
  readonly tests: string;
}

const GUARD = [
  ...['allow-list', 'assess', 'decode', 'disguises', 'fold', 'gate', 'glance*', 'guard', 'ngrams', 'oddities'],
  ...['phrases', 'reader', 'sequences', 'summary', 'tails', 'templates'],
];
const PARTS: Readonly<Record<string, Part>> = {
  breaker: { files: ['src/inference/layers/breaker/*.ts'], tests: 'test/inference/layers/breaker' },
  retry: { files: ['src/inference/layers/retry/*.ts'], tests: 'test/inference/layers/retry' },
  queue: { files: ['src/pipeline/stage-queue.ts'], tests: 'test/pipeline' },
  'dead-letters': { files: ['src/pipeline/dead-letters.ts', 'src/storage/dead-letters.ts'], tests: 'test' },
  replay: { files: ['src/schedule/*.ts'], tests: 'test/schedule' },
  guard: { files: [`src/admission/guard/{${GUARD.join()}}.ts`], tests: 'test/admission/guard' },
};
/** Per cent of the mutants that tests must notice. */
const GATE = 85;

const [, , name, file, tests] = process.argv;
// The configuration of the tests reads it, in a process of its own. (Stryker's `testFiles` lets every mutant of a module's
// top level survive.)
if (tests !== undefined) process.env[ONLY] = tests;
const parts = name === undefined ? Object.keys(PARTS) : [name];
for (const part of parts) {
  if (PARTS[part] !== undefined) continue;
  process.stderr.write(`There is no part ${part}; there are ${Object.keys(PARTS).join(', ')}.\n`);
  process.exit(2);
}
let enough = true;
for (const part of parts) {
  const { files, tests } = PARTS[part]!;
  const mutants = await new Stryker(options(file === undefined ? files : [file], tests)).runMutationTest();
  for (const path of new Set(mutants.map(({ fileName }) => fileName))) {
    tell(
      relative('', path),
      mutants.filter(({ fileName }) => fileName === path),
    );
  }
  if (tell(part, mutants) < GATE) enough = false;
}
process.exitCode = enough ? 0 : 1;

function options(mutate: readonly string[], dir: string): Options {
  return {
    mutate: [...mutate],
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'scripts/mutation/vitest.config.ts', dir },
    coverageAnalysis: 'perTest',
    // Names no file: Stryker would rewrite it with a programming interface that this compiler does not have.
    tsconfigFile: 'none.json',
    ignorePatterns: ['dist', 'coverage'],
    cleanTempDir: 'always',
    concurrency: 1,
    // A machine that is busy elsewhere must not look like a mutant that never ends; one file of tests takes a second.
    timeoutMS: process.env[ONLY] === undefined ? 60_000 : 20_000,
    reporters: ['clear-text'],
    clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: false },
    allowConsoleColors: false,
    logLevel: 'warn' as NonNullable<Options['logLevel']>,
  };
}

/** Prints a score, and returns it. */
function tell(what: string, mutants: readonly Mutant[]): number {
  const count = (...states: readonly string[]): number =>
    mutants.filter(({ status }) => states.includes(status)).length;
  const noticed = count('Killed', 'Timeout');
  const missed = count('Survived', 'NoCoverage');
  const score = noticed + missed === 0 ? 100 : (noticed / (noticed + missed)) * 100;
  process.stdout.write(`${what}: ${score.toFixed(1)} % (${noticed} of ${noticed + missed} noticed)\n`);
  return score;
}
