import { MOST_BITS } from '../src/primitives/band-index.ts';
import type { Command } from './command.ts';
import { configOptions, loadCommandConfig } from './shared/config-options.ts';
import { countOf } from './shared/values.ts';

export const dedupCommand: Command = {
  name: 'dedup',
  summary: 'see which prompts of your own count as near-duplicates',
  subcommands: [
    {
      name: 'compare',
      summary: 'compare pairs from stdin, {"a": …, "b": …} a line; one reply a line',
      options: [
        { flags: '--ndjson', description: 'one JSON object a line, in and out; there is no other form' },
        {
          flags: '--threshold <bits>',
          description: 'in place of semantic_dedup.similarity_threshold, 0 to 7',
          parse: countOf('--threshold', 0, MOST_BITS),
        },
        ...configOptions,
      ],
      examples: ['orchestrator dedup compare --ndjson < pairs.ndjson'],
      run: async (context, _args, options) => {
        const { config } = await loadCommandConfig(context, options);
        const { comparePairs } = await import('./dedup/compare.ts');
        const threshold = options['threshold'] as number | undefined;
        return comparePairs(context, threshold ?? config.semantic_dedup.similarity_threshold);
      },
    },
  ],
};
