import { OrchestratorError } from '../../src/core/errors.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { SIGNAL_EXIT_CODES } from '../shared/signals.ts';
import { compareRows, earlierValues } from './compare.ts';
import { thisMachine } from './machine.ts';
import { measureInProcess } from './process.ts';
import { createBenchProgress } from './progress.ts';
import { countedRounds, timedRounds } from './rounds.ts';
import { gatesOf, missed } from './row.ts';
import type { Bench, Scenario } from './scenario.ts';
import { tableOf } from './table.ts';

/** Exit code of a run in which a row named by `--fail-on` misses its target. */
const GATE_MISSED = 8;
const DEFAULT_REPEATS = 5;

/** Measures one scenario and prints its rows. */
export async function runScenario(
  context: CommandContext,
  scenario: Scenario,
  options: CommandOptions,
): Promise<number> {
  const { stdout, cwd } = context;
  const durationMs = options['duration'] as number | undefined;
  if (durationMs !== undefined && options['repeats'] !== undefined) {
    throw new OrchestratorError('usage', 'Give either --duration or --repeats, not both.');
  }
  const quick = options['quick'] === true;
  // What is wrong with the flags is told before minutes of measuring, not after.
  const gates = gatesOf((options['failOn'] as readonly string[] | undefined) ?? [], scenario.ids);
  const compare = options['compare'] as string | undefined;
  const earlier = compare === undefined ? null : earlierValues(cwd, compare);

  const killed = new AbortController();
  let interruption: keyof typeof SIGNAL_EXIT_CODES | null = null;
  const ignore = context.onSignal((signal) => {
    interruption = signal;
    killed.abort();
  });
  const progress = createBenchProgress(context, options['live'] !== false);
  const bench: Bench = {
    rounds: () =>
      durationMs === undefined
        ? countedRounds((options['repeats'] as number | undefined) ?? (quick ? 1 : DEFAULT_REPEATS))
        : timedRounds(context.clock, durationMs),
    quick,
    command: `orchestrator bench --scenario ${scenario.name}`,
    async measure(task) {
      const result = await measureInProcess(task, killed.signal, progress.show);
      progress.found(task, result);
      return result;
    },
    show: progress.show,
    progress: (line) => progress.tell(line),
  };
  try {
    const measured = await scenario.run(bench);
    progress.stop();
    const rows = earlier === null ? measured : compareRows(measured, earlier);
    const machine = thisMachine();
    stdout.write(options['json'] === true ? `${JSON.stringify({ machine, rows })}\n` : tableOf(machine, rows));
    return missed(rows, gates).length > 0 ? GATE_MISSED : 0;
  } catch (thrown) {
    if (interruption !== null) return SIGNAL_EXIT_CODES[interruption];
    throw thrown;
  } finally {
    progress.stop();
    ignore();
  }
}
