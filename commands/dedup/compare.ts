import { objectAt, textAt } from '../../src/core/fields.ts';
import { NearDuplicates } from '../../src/reuse/near/near-duplicates.ts';
import type { CommandContext } from '../command.ts';
import { replyToLines } from '../shared/line-replies.ts';

/** Prints `{same, distance, veto}` for each pair. */
export async function comparePairs(context: CommandContext, similarityThreshold: number): Promise<number> {
  const near = new NearDuplicates({ similarityThreshold, maxEntries: 1 }, context.clock);
  return replyToLines(context, (value) => {
    const pair = objectAt('the line', value);
    return near.compare(textAt('a', pair['a']), textAt('b', pair['b']));
  });
}
