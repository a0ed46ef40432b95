import type { DeadLetterReason } from '../../src/core/dead-letter.ts';
import { encodeDeadLetter } from '../../src/core/dead-letter-record.ts';
import { safeLine } from '../../src/core/safe-text.ts';
import { sealed } from '../../src/core/seal.ts';
import { DeadLetterStore, type StoredDeadLetter } from '../../src/storage/dead-letters.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import type { CommandContext, CommandOptions } from '../command.ts';
import { dataDirectory } from '../shared/data-directory.ts';
import { write } from '../shared/streams.ts';

const DEFAULT_LIMIT = 20;

export function list(context: CommandContext, path: string | undefined, options: CommandOptions): Promise<number> {
  return withLetters(context, path, async (letters) => {
    const limit = (options['limit'] as number | undefined) ?? DEFAULT_LIMIT;
    const page = await letters.list({ limit, ...reasonOf(options) });
    const count = await letters.count();
    if (options['json'] === true) {
      const records = page.map((letter) => ({ id: letter.id, ...encodeDeadLetter(letter) }));
      await write(context.stdout, `${JSON.stringify({ ...count, dead_letters: records }, null, 2)}\n`);
      return 0;
    }
    for (const letter of page) await write(context.stdout, `${letterLine(letter)}\n`);
    context.stderr.write(`orchestrator: ${page.length} of ${count.total} dead letters\n`);
    return 0;
  });
}

export function exportAll(context: CommandContext, path: string | undefined, options: CommandOptions): Promise<number> {
  return withLetters(context, path, async (letters) => {
    const { stringify } = await import('ndjson');
    const lines = stringify();
    lines.pipe(context.stdout, { end: false });
    const { reason } = reasonOf(options);
    for await (const letter of letters.each()) {
      if (reason !== undefined && letter.reason !== reason) continue;
      if (!lines.write(sealed(encodeDeadLetter(letter)))) await new Promise((room) => lines.once('drain', room));
    }
    await new Promise<void>((ended) => lines.once('end', ended).end());
    return 0;
  });
}

export function purge(context: CommandContext, path: string | undefined, options: CommandOptions): Promise<number> {
  return withLetters(context, path, async (letters) => {
    const age = options['olderThan'] as number | undefined;
    const filter = { ...reasonOf(options), ...(age === undefined ? {} : { beforeMs: context.clock.wall() - age }) };
    if (options['yes'] !== true) {
      const matching = await letters.count(filter);
      context.stderr.write(
        `orchestrator: ${matching.total} dead letters would be removed for good; add --yes to do it\n`,
      );
      return 2;
    }
    const removed = await letters.purge(filter);
    context.stderr.write(`orchestrator: ${removed} dead letters removed\n`);
    return 0;
  });
}

/** Which dead letters a call is about. */
function reasonOf(options: CommandOptions): { readonly reason?: DeadLetterReason } {
  const given = options['reason'] as DeadLetterReason | undefined;
  return given === undefined ? {} : { reason: given };
}

async function withLetters(
  context: CommandContext,
  path: string | undefined,
  work: (letters: DeadLetterStore) => Promise<number>,
): Promise<number> {
  const storage = await openStorage({ path: dataDirectory(context, path) });
  try {
    return await work(new DeadLetterStore(storage));
  } finally {
    await storage.close();
  }
}

/** A dead letter on one line, for people. */
export function letterLine({ id, at, reason, attempts, error, request }: StoredDeadLetter): string {
  const time = new Date(at).toISOString();
  const session = request.session === undefined ? '' : ` session=${request.session}`;
  return safeLine(
    `${id}  ${time}  ${reason}  ${request.id}${session} attempts=${attempts}  ${error?.message ?? ''}`,
    200,
  );
}
