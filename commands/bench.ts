import { OrchestratorError } from '../src/core/errors.ts';
import type { Scenario } from './bench/scenario.ts';
import { SCENARIOS } from './bench/scenarios.ts';
import type { Command } from './command.ts';
import { countOf, durationMs } from './shared/values.ts';

export const benchCommand: Command = benchOf(SCENARIOS);

/** The command over these scenarios; the first is the default. */
export function benchOf(scenarios: readonly Scenario[]): Command {
  const names = scenarios.map(({ name }) => name);
  return {
    name: 'bench',
    summary: 'measure the engine on this machine',
    options: [
      {
        flags: '--scenario <name>',
        description: `what to measure; default ${names[0]}: ${scenarios[0]!.summary}`,
        choices: names,
      },
      { flags: '--json', description: 'print one object, {machine, rows}' },
      { flags: '--repeats <n>', description: 'repeats of each figure; default 5', parse: countOf('--repeats', 1) },
      {
        flags: '--duration <time>',
        description: 'repeat each figure for so long, such as 30s, instead of so often',
        parse: durationMs('--duration'),
      },
      { flags: '--quick', description: 'few requests, once: a check that it runs, not a measurement' },
      {
        flags: '--fail-on <ids>',
        description: 'exit 8 when one of these rows (P1,P4.echo or all) misses its target',
        repeatable: true,
      },
      { flags: '--no-live', description: 'tell what is measured line by line' },
      { flags: '--compare <file>', description: 'put the values of an earlier --json output beside the new ones' },
    ],
    examples: [
      'orchestrator bench',
      'orchestrator bench --json > before.json',
      'orchestrator bench --compare before.json',
      'orchestrator bench --scenario core --fail-on all',
      'orchestrator bench --scenario guard --duration 30s',
    ],
    async run(context, _args, options) {
      const name = (options['scenario'] as string | undefined) ?? names[0];
      const scenario = scenarios.find((one) => one.name === name);
      if (scenario === undefined) {
        throw new OrchestratorError('usage', `there is no scenario ${name}: choose one of ${names.join(', ')}`);
      }
      const { runScenario } = await import('./bench/run.ts');
      return runScenario(context, scenario, options);
    },
  };
}
