import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Storage } from './contract.ts';
import { storageError, toFault } from './faults.ts';
import { MemoryBackend } from './memory-backend.ts';
import { QueuedStorage } from './queued-storage.ts';
import { ThreadBackend } from './thread-backend.ts';

export interface StorageOptions {
  /** Directory of the data, created when missing; or `memory` for a storage that ends with the process. */
  readonly path: string;
}

const FILE_NAME = 'orchestrator.db';
/** Prompts and answers are nobody else's business. */
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/**
 * Opens the storage: `<directory>/orchestrator.db`, or memory (which cannot fail here: it opens at its first use).
 * Rejects with `storage_failed` when the file cannot be opened, is damaged, or was written by a later release.
 */
export async function openStorage({ path }: StorageOptions): Promise<Storage> {
  if (path === 'memory') return new QueuedStorage(new MemoryBackend());
  const file = resolve(path, FILE_NAME);
  prepareFile(path, file);
  return new QueuedStorage(await ThreadBackend.open(file));
}

/**
 * Makes directory and file with narrow modes before SQLite would make them with wide ones; its log files copy the mode.
 * Synchronous and never on an existing file's content: closing a file drops all locks that this process has on it,
 * those of another storage of this process included.
 */
function prepareFile(directory: string, file: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: DIRECTORY_MODE });
    const existing = statSync(file, { throwIfNoEntry: false });
    if (existing === undefined) create(file);
    else if ((existing.mode & 0o077) !== 0 && existing.uid === process.getuid?.()) chmodSync(file, FILE_MODE);
  } catch (thrown) {
    const { message } = toFault(thrown);
    throw storageError(file, { message: `${message}; check the permissions of the data directory`, code: null });
  }
}

function create(file: string): void {
  try {
    closeSync(openSync(file, 'wx', FILE_MODE));
  } catch (thrown) {
    // Another process was faster.
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown;
  }
}
