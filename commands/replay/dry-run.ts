import type { ReplayStore } from '../../src/schedule/replay-store.ts';
import type { CommandContext } from '../command.ts';
import { teller } from '../shared/progress-bar.ts';
import { write } from '../shared/streams.ts';
import type { ReplayInput } from './input.ts';
import { Resolver } from './submission.ts';
import { ReplaySummary } from './summary.ts';
import type { ReplayOptions } from './work.ts';

/** Reads and checks everything, prints the requests that would be sent, and sends none; exit 1 when a line is corrupt. */
export async function showSubmissions(
  context: CommandContext,
  input: ReplayInput,
  store: ReplayStore | null,
  options: ReplayOptions,
): Promise<number> {
  const summary = new ReplaySummary(teller(context));
  const resolver = new Resolver(store, options.timeoutMs);
  for await (const items of input.items()) {
    let text = '';
    for (const { name, content } of items) {
      if ('fault' in content) {
        summary.corrupted(name, content.fault);
        continue;
      }
      const resolved = await resolver.resolve(content.record);
      const state = typeof resolved === 'string' ? undefined : await store?.journal.find(resolved.key);
      if (typeof resolved === 'string') summary.skipped(name, resolved);
      else if (state?.state === 'answered') summary.skipped(name, 'was answered by an earlier replay');
      else {
        summary.succeeded();
        text += `${JSON.stringify(resolved.request)}\n`;
      }
    }
    if (!options.json) await write(context.stdout, text);
  }
  const { ok, fail, skip } = summary;
  if (options.json) {
    const data = { dry_run: true, would_submit: ok, failed: fail, skipped: skip };
    await write(context.stdout, `${JSON.stringify(data, null, 2)}\n`);
  }
  context.stderr.write(`Dry run: ${ok} would be submitted, ${fail} corrupt, ${skip} skipped.\n`);
  return fail > 0 ? 1 : 0;
}
