import { hash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { PlainIndex } from './passage-index.ts';

/** What is known of a file from when it was last read. */
export interface KnownFile {
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
  /** Bytes of text that it added to the index. */
  readonly text: number;
  /** SHA-256 of its bytes; null when it was not indexed. */
  readonly digest: string | null;
  /** Why it was not indexed; null when it was. */
  readonly skipped: string | null;
}

/** An index with the files it was made of. */
export interface StoredIndex {
  readonly files: readonly KnownFile[];
  readonly index: PlainIndex;
}

/** Raised whenever texts would be cut up, or their terms be written, in another way. */
const VERSION = 1;
const FORMAT = 'orchestrator retrieval index';

/** Indexes kept in one directory: one for each working directory and set of patterns. */
const MOST_KEPT = 32;

/** Where the index of these patterns lies. The size of passages is part of what it is. */
export function indexPath(directory: string, cwd: string, patterns: readonly string[], passageBytes: number): string {
  const name = hash('sha256', JSON.stringify([cwd, patterns, passageBytes])).slice(0, 16);
  return join(directory, 'retrieval', `${name}.index`);
}

/** The stored index; null when there is none that this release can use. Throws when the file is damaged or unreadable. */
export async function readIndex(path: string): Promise<StoredIndex | null> {
  let content: string;
  try {
    content = await readFile(path, 'utf8');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw thrown;
  }
  const end = content.indexOf('\n');
  const [format, version, digest] = content.slice(0, end).split('; ');
  if (format !== FORMAT) throw new Error('it is no index of retrieval');
  if (version !== `version ${VERSION}`) return null;
  const body = content.slice(end + 1);
  if (digest !== digestOf(body)) throw new Error('it is damaged');
  return JSON.parse(body) as StoredIndex;
}

/** Replaces the stored index: whoever reads sees the old one or the new one. `unique` is part of no other file's name. */
export async function writeIndex(path: string, stored: StoredIndex, unique: string): Promise<void> {
  const body = JSON.stringify(stored);
  const next = `${path}.${unique}.new`;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  try {
    // Passages are whole texts: nobody else's business.
    await writeFile(next, `${FORMAT}; version ${VERSION}; ${digestOf(body)}\n${body}`, { mode: 0o600, flag: 'wx' });
    await rename(next, path);
  } catch (thrown) {
    await rm(next, { force: true });
    throw thrown;
  }
  await prune(dirname(path));
}

const digestOf = (body: string): string => hash('sha256', body);

/** Keeps the newest: directories that are never worked in again would otherwise leave theirs for good. */
async function prune(directory: string): Promise<void> {
  const names = await readdir(directory);
  if (names.length <= MOST_KEPT) return;
  const dated = await Promise.all(
    names.map(async (name) => ({
      name,
      at: await stat(join(directory, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    })),
  );
  dated.sort((a, b) => b.at - a.at);
  for (const { name } of dated.slice(MOST_KEPT)) await rm(join(directory, name), { force: true });
}
