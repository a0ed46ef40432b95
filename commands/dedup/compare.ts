import { messageOf, OrchestratorError } from '../../src/core/errors.ts';
import { objectAt, textAt } from '../../src/core/fields.ts';
import { type Comparison, NearDuplicates } from '../../src/reuse/near/near-duplicates.ts';
import type { CommandContext } from '../command.ts';
import { type Line, readLines, textOf } from '../shared/lines.ts';
import { chunksOf } from '../shared/stdin.ts';
import { write } from '../shared/streams.ts';

/** Prints `{same, distance, veto}` for each pair; bad lines are told on stderr by number and get no reply. 1 when there was one. */
export async function comparePairs(context: CommandContext, similarityThreshold: number): Promise<number> {
  const near = new NearDuplicates({ similarityThreshold, maxEntries: 1 }, context.clock);
  let bad = 0;
  for await (const lines of readLines(chunksOf(context))) {
    let replies = '';
    for (const line of lines) {
      if (line.text?.trim() === '') continue;
      try {
        replies += `${JSON.stringify(compareLine(near, line))}\n`;
      } catch (thrown) {
        bad++;
        context.stderr.write(`line ${line.number}: ${messageOf(thrown)}\n`);
      }
    }
    if (replies !== '' && !(await write(context.stdout, replies))) break;
  }
  return bad > 0 ? 1 : 0;
}

function compareLine(near: NearDuplicates, line: Line): Comparison {
  const text = textOf(line);
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (thrown) {
    throw new OrchestratorError('request_invalid', `is not JSON: ${messageOf(thrown)}`);
  }
  const pair = objectAt('the line', given);
  return near.compare(textAt('a', pair['a']), textAt('b', pair['b']));
}
