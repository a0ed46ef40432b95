import { dollarText, toDollars } from '../../src/core/money.ts';
import { safeLine } from '../../src/core/safe-text.ts';
import type { SpendGroup } from '../../src/core/spend-groups.ts';
import type { Config } from '../../src/sections.ts';
import type { SpendSum } from '../../src/storage/spend.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { dataDirectory } from '../shared/data-directory.ts';
import { write } from '../shared/streams.ts';

/** What was spent, as the local store knows it, by model, day, … */
export async function sumUp(
  context: CommandContext,
  { storage: { path } }: Config,
  by: SpendGroup,
  options: CommandOptions,
): Promise<number> {
  const since = options['since'] as number | undefined;
  const sums = await read(dataDirectory(context, path), by, since === undefined ? 0 : context.clock.wall() - since);
  const rows = sums.map(({ name, requests, attempts, input, output, cost, saved, unpriced }) => ({
    [by]: name,
    requests,
    attempts,
    input_tokens: input,
    output_tokens: output,
    cost_usd: toDollars(cost),
    saved_usd: toDollars(saved),
    unpriced,
  }));
  const total = toDollars(sums.reduce((sum, { cost }) => sum + cost, 0n));
  const saved = toDollars(sums.reduce((sum, one) => sum + one.saved, 0n));
  const text =
    options['json'] === true
      ? JSON.stringify({ by, total_usd: total, saved_usd: saved, rows }, null, 2)
      : [...sums.map(line), `${dollarText(total)} spent, ${dollarText(saved)} saved`].join('\n');
  await write(context.stdout, `${text}\n`);
  return 0;
}

async function read(path: string, by: SpendGroup, since: number): Promise<readonly SpendSum[]> {
  if (path === 'memory') return [];
  const [{ openStorage }, { SpendStore }] = await Promise.all([
    import('../../src/storage/open-storage.ts'),
    import('../../src/storage/spend.ts'),
  ]);
  const storage = await openStorage({ path });
  try {
    return await new SpendStore(storage).sums(by, since);
  } finally {
    await storage.close();
  }
}

function line({ name, requests, attempts, input, output, cost, saved, unpriced }: SpendSum): string {
  const notes = [
    ...(saved === 0n ? [] : [`${dollarText(toDollars(saved))} saved`]),
    ...(unpriced === 0 ? [] : [`${unpriced} of unknown price`]),
  ];
  const noted = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  const many = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;
  const what = `${many(requests, 'request')}, ${many(attempts, 'attempt')}, ${input} tokens in, ${output} out`;
  return `${dollarText(toDollars(cost)).padStart(12)}  ${safeLine(name ?? '(none)', 200)}: ${what}${noted}`;
}
