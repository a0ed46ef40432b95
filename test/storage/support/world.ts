import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Storage } from '../../../src/storage/contract.ts';
import { openStorage } from '../../../src/storage/open-storage.ts';

/** A directory that is gone after the test. */
export async function freshDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'orchestrator-storage-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** A storage that is closed after the test. */
export async function storageIn(path: string): Promise<Storage> {
  const storage = await openStorage({ path });
  onTestFinished(() => storage.close());
  return storage;
}

/** A table to write to, for tests of the storage itself. */
export async function withNotes(storage: Storage): Promise<Storage> {
  await storage.write([
    { sql: 'CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL UNIQUE)' },
  ]);
  return storage;
}

export const note = (text: string) => ({ sql: 'INSERT INTO notes (text) VALUES (?)', params: [text] });

/** The texts that are stored, in the order of their writing. */
export async function notes(storage: Storage): Promise<readonly string[]> {
  const rows = await storage.read<{ text: string }>({ sql: 'SELECT text FROM notes ORDER BY id' });
  return rows.map((row) => row.text);
}
