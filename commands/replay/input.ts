import { createReadStream, realpathSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { decodeReplayRecord, encodeDeadLetter, type ReplayRecord } from '../../src/core/dead-letter-record.ts';
import { OrchestratorError } from '../../src/core/errors.ts';
import { checkSeal, sealed } from '../../src/core/seal.ts';
import type { ReplayStore } from '../../src/schedule/replay-store.ts';
import type { StoredDeadLetter } from '../../src/storage/dead-letters.ts';
import type { CommandContext } from '../command.ts';
import { type Line, readLines, textOf } from '../shared/lines.ts';
import { chunksOf, hasData } from '../shared/stdin.ts';

/** What is to be replayed, as the command line says it. */
export type ReplaySelection =
  | { readonly kind: 'file'; readonly file: string }
  /** Standard input when something is piped in, else the whole store. */
  | { readonly kind: 'piped' }
  /** Letters of the store, by number or request id; all of them when none is named. */
  | { readonly kind: 'store'; readonly ids: readonly string[] };

/** One record of the input. */
export interface ReplayItem {
  /** For messages: `line 3`. */
  readonly name: string;
  /** Put before the outcome on stdout. */
  readonly place: { readonly line: number } | { readonly dead_letter: number };
  /** The line as it came; null when it is too long to be kept. */
  readonly bytes: Uint8Array | null;
  /** What it asks for, or what is wrong with it. */
  readonly content: { readonly record: ReplayRecord } | { readonly fault: string };
}

export interface ReplayInput {
  /** The real path of a file, `-`, or `store`. */
  readonly source: string;
  /** How many records there are; null when only reading tells. */
  count(): Promise<number | null>;
  /** In order, many at once. */
  items(): AsyncGenerator<readonly ReplayItem[], void, void>;
}

/** The source that the local store is. */
export const STORE = 'store';
const STDIN = '-';

/** Opens what the selection names. Throws `usage` when that is not there. */
export async function openInput(
  context: CommandContext,
  selection: ReplaySelection,
  store: ReplayStore | null,
): Promise<ReplayInput> {
  const fromStdin =
    selection.kind === 'file' ? selection.file === STDIN : selection.kind === 'piped' && hasData(context);
  if (fromStdin) return { source: STDIN, count: async () => null, items: () => itemsOf(chunksOf(context)) };
  if (selection.kind === 'file') return fileInput(resolve(context.cwd, selection.file));
  if (store === null) {
    throw new OrchestratorError('usage', 'There is no local store (storage.path is "memory"): name a --queue-file.');
  }
  return storeInput(store, selection.kind === 'store' ? selection.ids : []);
}

function fileInput(path: string): ReplayInput {
  try {
    if (statSync(path).isDirectory()) throw new Error('it is a directory');
    const source = realpathSync(path);
    return {
      source,
      async count() {
        if (!statSync(path).isFile()) return null;
        let count = 0;
        for await (const items of itemsOf(createReadStream(path))) count += items.length;
        return count;
      },
      items: () => itemsOf(createReadStream(path)),
    };
  } catch (thrown) {
    throw new OrchestratorError('usage', `--queue-file ${path} cannot be read: ${(thrown as Error).message}`, {
      cause: thrown,
    });
  }
}

async function storeInput({ letters }: ReplayStore, ids: readonly string[]): Promise<ReplayInput> {
  if (ids.length === 0) {
    return {
      source: STORE,
      count: async () => (await letters.count()).total,
      async *items() {
        for await (const letter of letters.each()) yield [itemOf(letter)];
      },
    };
  }
  const named: StoredDeadLetter[] = [];
  for (const id of ids) {
    const byNumber = /^\d{1,15}$/.test(id) ? await letters.get(Number(id)) : undefined;
    const found = byNumber === undefined ? await letters.byRequest(id) : [byNumber];
    if (found.length === 0) throw new OrchestratorError('usage', `There is no dead letter ${id}; see \`dlq list\`.`);
    named.push(...found);
  }
  return {
    source: STORE,
    count: async () => named.length,
    async *items() {
      yield named.map(itemOf);
    },
  };
}

const itemOf = (letter: StoredDeadLetter): ReplayItem => ({
  name: `dead letter ${letter.id}`,
  place: { dead_letter: letter.id },
  bytes: Buffer.from(JSON.stringify(sealed(encodeDeadLetter(letter)))),
  content: { record: { kind: 'letter', letter } },
});

async function* itemsOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<readonly ReplayItem[], void, void> {
  for await (const lines of readLines(chunks)) yield lines.flatMap(read);
}

/** One line of NDJSON; blank lines and those that begin with `#` are no records. */
function read(line: Line): readonly ReplayItem[] {
  const { number, bytes } = line;
  const place = { name: `line ${number}`, place: { line: number }, bytes };
  try {
    const text = textOf(line).trim();
    if (text === '' || text.startsWith('#')) return [];
    const value = parse(text);
    checkSeal(value);
    return [{ ...place, content: { record: decodeReplayRecord(value) } }];
  } catch (thrown) {
    const lost = bytes === null ? ', so no failed file keeps it' : '';
    return [{ ...place, content: { fault: `${(thrown as Error).message}${lost}` } }];
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('is not valid JSON');
  }
}
