import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OrchestratorError } from '../../../src/core/errors.ts';
import { median } from '../../../src/primitives/statistics.ts';
import { type Row, rowOf, type Target } from '../row.ts';
import type { Bench, Scenario } from '../scenario.ts';

const P20: Target = { id: 'P20', what: '`orchestrator --help` / bare `node -e 0`', target: 2, better: 'lower' };

/** Starts of each program in a round; the fastest counts, since whatever disturbs one makes it slower. */
const STARTS = 15;

/** What every command pays before it does anything: the program's own start against that of Node. */
export const startupScenario: Scenario = {
  name: 'startup',
  summary: 'how long the program takes to start: P20',
  ids: [P20.id],
  run: async (bench) => [measureStartup(bench)],
};

function measureStartup(bench: Bench): Row {
  const help = [launcher(), '--help'];
  const bare = ['-e', '0'];
  const starts = bench.quick ? 2 : STARTS;
  // The compile cache of the first start is what every later one finds.
  timeOf(help);
  const rounds = Array.from(bench.rounds(), (round) => {
    bench.progress(`start-up: ${round}`);
    // In turn, so that whatever else the machine does hits both alike.
    const times = Array.from({ length: starts }, () => ({ help: timeOf(help), bare: timeOf(bare) }));
    return { help: Math.min(...times.map((one) => one.help)), bare: Math.min(...times.map((one) => one.bare)) };
  });
  const finding = {
    value: median(rounds.map((round) => round.help / round.bare)),
    ours: { ms: tenths(rounds.map((round) => round.help)) },
    baseline: { name: 'node -e 0', ms: tenths(rounds.map((round) => round.bare)) },
    samples: rounds.length,
  };
  return rowOf(P20, finding, bench.command);
}

function timeOf(args: readonly string[]): number {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new OrchestratorError('internal', `measuring \`node ${args.join(' ')}\` failed: ${stderr}`);
  return performance.now() - startedAt;
}

/** The launcher lies in `bin/`, three folders up from the sources and four from `dist/`. */
function launcher(): string {
  const places = ['../../../bin/orchestrator.js', '../../../../bin/orchestrator.js'];
  const found = places.map((up) => fileURLToPath(new URL(up, import.meta.url))).find((path) => existsSync(path));
  if (found === undefined) throw new OrchestratorError('internal', 'bin/orchestrator.js is not beside the program');
  return found;
}

const tenths = (values: readonly number[]): number => Math.round(median(values) * 10) / 10;
