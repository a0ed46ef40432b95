import { SPEND_GROUPS } from '../src/core/spend-groups.ts';
import type { Command } from './command.ts';
import { configOptions } from './shared/config-options.ts';
import { countOf, durationMs } from './shared/values.ts';

const tokens = (name: string, what: string) => ({
  flags: `--${name} <n>`,
  description: `${what} tokens; default 0`,
  parse: countOf(`--${name}`, 0),
});

export const costCommand: Command = {
  name: 'cost',
  arguments: '[model]',
  summary: 'price a model and a usage, or sum up what was spent',
  options: [
    tokens('input', 'input (those of the cache included)'),
    tokens('output', 'output'),
    tokens('cache-read', 'of the input, read from the provider’s cache:'),
    tokens('cache-write', 'of the input, written to it:'),
    { flags: '--provider <name>', description: 'a configured provider or a kind; default: who sells the model' },
    {
      flags: '--by <group>',
      description: 'sums over the local store instead: by model, provider, day, session or tenant',
      choices: SPEND_GROUPS,
    },
    { flags: '--since <time>', description: 'with --by: only the last 30s, 2h, …', parse: durationMs('--since') },
    {
      flags: '--ndjson',
      description:
        'usages from standard input, one a line, with model, input_tokens, output_tokens, cache_read_tokens and cache_write_tokens, or the outcomes of a batch; one reply each',
    },
    { flags: '--json', description: 'as one JSON object' },
    ...configOptions,
  ],
  examples: [
    'orchestrator cost claude-sonnet-4-6 --input 1200 --output 300',
    'orchestrator cost --by model',
    'orchestrator cost --by day --since 168h --json',
    'orchestrator run --input batch.ndjson | orchestrator cost --ndjson',
  ],
  run: async (context, args, options) => (await import('./cost/work.ts')).runCost(context, args, options),
};
