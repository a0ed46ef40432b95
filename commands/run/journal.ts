import { OrchestratorError } from '../../src/core/errors.ts';
import { createIds } from '../../src/core/ids.ts';
import type { SubmitOptions } from '../../src/core/job.ts';
import {
  type AcceptedLine,
  type Batch,
  BatchJournal,
  type BatchProgress,
  settleStatement,
} from '../../src/storage/batches.ts';
import { isOwnerDead } from '../../src/storage/owners.ts';
import type { CommandContext } from '../command.ts';
import type { Host } from '../shared/host.ts';
import { outcomeJson } from '../shared/output.ts';

/** How a batch is written down, so that it survives the process; where nothing lasts, it is not. */
export interface Journal {
  /** What an earlier run of the same input left; null for a fresh batch. */
  readonly resumed: Batch | null;
  /** Commits lines before anything is done for them. */
  accept(lines: readonly AcceptedLine[]): Promise<void>;
  /** How an outcome is committed: before it is printed, together with its dead letter. */
  options(line: number): SubmitOptions;
  printed(lines: readonly number[]): void;
  /** The lines of the resumed batch. */
  lines(): ReturnType<BatchJournal['each']>;
  /** Everything was answered and printed: nothing is left to resume. */
  finish(): Promise<void>;
}

const NOTHING_LASTS: Journal = {
  resumed: null,
  accept: async () => undefined,
  options: () => ({}),
  printed: () => undefined,
  async *lines() {},
  finish: async () => undefined,
};

/** Opens the journal of a batch over `source`; with `resume`, the one an earlier run left behind. */
export async function openJournal(
  context: CommandContext,
  host: Host,
  source: string,
  resume: boolean,
): Promise<Journal> {
  if (host.store === null) {
    if (resume) throw new OrchestratorError('usage', '--resume needs a lasting store, but storage.path is "memory".');
    return NOTHING_LASTS;
  }
  const { storage, owner } = host.store;
  const { clock, stderr } = context;
  const batches = new BatchJournal(storage);
  const earlier = await batches.unfinished(source);
  const abandoned = earlier !== undefined && (await isOwnerDead(storage, earlier.owner, { clock }));

  let resumed: Batch | null = null;
  if (resume && earlier !== undefined) {
    const taken = abandoned && (await batches.take(earlier.id, earlier.owner, owner.id));
    if (!taken) {
      throw new OrchestratorError(
        'usage',
        `The batch over ${source} is still being run by another process; it can be resumed once that has ended.`,
      );
    }
    resumed = earlier;
    stderr.write(`orchestrator: ${resumedText(source, await batches.progress(earlier.id))}\n`);
  } else if (resume) {
    stderr.write(`orchestrator: no interrupted batch over ${source}; starting from the first line\n`);
  } else if (abandoned) {
    const { open } = await batches.progress(earlier.id);
    if (open > 0) {
      stderr.write(
        `orchestrator: an earlier run of ${source} left ${open} lines unanswered; --resume would go on with it\n`,
      );
    }
  }
  const batch = resumed?.id ?? createIds('batch', context.random)();
  if (resumed === null) await batches.begin({ id: batch, source, owner: owner.id, at: clock.wall() });
  const lost = (): OrchestratorError =>
    new OrchestratorError('storage_failed', `Another process has taken the batch over ${source}; this one stops.`);

  return {
    resumed,
    async accept(lines) {
      if (!(await batches.accept(batch, owner.id, lines))) throw lost();
    },
    options: (line) => ({
      async record(outcome, along) {
        const results = await storage.write([
          ...along,
          settleStatement(batch, owner.id, line, outcomeJson(line, outcome)),
        ]);
        if (results.at(-1)!.changes === 0) throw lost();
      },
    }),
    // Not waited for: a line whose mark is lost is printed again, which is allowed.
    printed: (lines) => void batches.markPrinted(batch, lines).catch(() => undefined),
    lines: () => batches.each(batch),
    async finish() {
      await batches.finish(batch, owner.id, clock.wall());
    },
  };
}

/** Where a resumed batch goes on. */
function resumedText(source: string, { accepted, answered, open, unprinted }: BatchProgress): string {
  const again =
    open === 0 ? 'none is sent again' : `${open} without an outcome ${open === 1 ? 'is' : 'are'} sent again`;
  const late = unprinted === 0 ? '' : `, ${unprinted} printed late`;
  return `going on with ${source} behind line ${accepted}: ${answered} were answered before${late}, ${again}`;
}
