import { OrchestratorError } from '../../src/core/errors.ts';
import { countAt, objectAt, textAt } from '../../src/core/fields.ts';
import { costText } from '../../src/core/money.ts';
import type { SpendGroup } from '../../src/core/spend-groups.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { loadCommandConfig } from '../shared/config-options.ts';
import { replyToLines } from '../shared/line-replies.ts';
import { write } from '../shared/streams.ts';
import { type Priced, pricer } from './pricer.ts';
import { sumUp } from './sums.ts';

/** Prices a usage, or every line of standard input, or sums up the store. */
export async function runCost(
  context: CommandContext,
  [model]: readonly string[],
  options: CommandOptions,
): Promise<number> {
  const { config } = await loadCommandConfig(context, options);
  const by = options['by'] as SpendGroup | undefined;
  const ndjson = options['ndjson'] === true;
  if (model !== undefined && (by !== undefined || ndjson)) {
    throw new OrchestratorError('usage', `cost takes a model or ${ndjson ? '--ndjson' : '--by'}, not both.`);
  }
  if (by === undefined && options['since'] !== undefined) {
    throw new OrchestratorError('usage', '--since goes with --by.');
  }
  if (by !== undefined) return sumUp(context, config, by, options);
  const price = await pricer(context, config, options['provider'] as string | undefined);
  if (ndjson) return replyToLines(context, reply);
  if (model === undefined) {
    throw new OrchestratorError('usage', 'cost needs a model to price, --ndjson, or --by to sum up what was spent.');
  }
  const priced = price(model, {
    input: count(options, 'input'),
    output: count(options, 'output'),
    cacheRead: count(options, 'cacheRead'),
    cacheWrite: count(options, 'cacheWrite'),
  });
  await write(context.stdout, `${options['json'] === true ? JSON.stringify(priced, null, 2) : text(priced)}\n`);
  // An unknown price is no error of the question, but it is no price either.
  return priced.cost_usd === null ? 1 : 0;

  function reply(value: unknown): Priced {
    const fields = objectAt('the line', value);
    // An outcome of a batch is a line, too: its tokens stand in a field of their own.
    const usage = fields['usage'] === undefined ? fields : objectAt('usage', fields['usage']);
    const at = (field: string): number => (usage[field] === undefined ? 0 : countAt(field, usage[field]));
    return price(textAt('model', fields['model']), {
      input: at('input_tokens'),
      output: at('output_tokens'),
      cacheRead: at('cache_read_tokens'),
      cacheWrite: at('cache_write_tokens'),
    });
  }
}

const count = (options: CommandOptions, name: string): number => (options[name] as number | undefined) ?? 0;

function text({ model, provider, source, cost_usd, input_per_1k, output_per_1k }: Priced): string {
  if (cost_usd === null) return `${model}: cost unknown; set providers.NAME.input_per_1k and output_per_1k`;
  return `${model} at ${provider}: ${costText(cost_usd)} (${source} price: $${input_per_1k} in, $${output_per_1k} out for 1,000 tokens)`;
}
