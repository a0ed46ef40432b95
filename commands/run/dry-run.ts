import { createIds } from '../../src/core/ids.ts';
import type { CommandContext } from '../command.ts';
import { readLines, textOf } from '../shared/lines.ts';
import { teller } from '../shared/progress-bar.ts';
import { write } from '../shared/streams.ts';
import type { Input } from './input.ts';
import { parseRequestLine, type RequestDefaults, requestOf } from './request-line.ts';
import { BatchSummary } from './summary.ts';

/** Prints the requests that would be submitted, one a line, and tells bad lines; exit 1 when there are any. */
export async function showRequests(
  context: CommandContext,
  input: Exclude<Input, { kind: 'nothing' }>,
  defaults: RequestDefaults,
  skip: number,
): Promise<number> {
  const ids = createIds('req', context.random);
  if (input.kind === 'prompt') {
    const request = requestOf(ids(), [{ role: 'user', content: input.text }], defaults);
    await write(context.stdout, `${JSON.stringify(request)}\n`);
    return 0;
  }
  const summary = new BatchSummary(context.clock, teller(context));
  for await (const lines of readLines(input.chunks)) {
    let text = '';
    for (const line of lines) {
      if (line.number <= skip || line.text?.trim() === '') continue;
      try {
        const { request, ignored } = parseRequestLine(textOf(line), defaults, ids);
        summary.ignored(ignored);
        text += `${JSON.stringify(request)}\n`;
      } catch (thrown) {
        summary.badLine(line.number, (thrown as Error).message);
      }
    }
    await write(context.stdout, text);
  }
  return summary.exitCode;
}
