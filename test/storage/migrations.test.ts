import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { retryBusy } from '../../src/storage/busy.ts';
import { Database } from '../../src/storage/database.ts';
import { MIGRATIONS, type Migration } from '../../src/storage/migrations.ts';
import { openStorage } from '../../src/storage/open-storage.ts';
import { freshDirectory, storageIn } from './support/world.ts';

const FIRST: Migration = { version: 1, sql: 'CREATE TABLE pets (name TEXT)' };
const SECOND: Migration = { version: 2, sql: 'ALTER TABLE pets ADD COLUMN legs INTEGER DEFAULT 4' };
const BROKEN: Migration = { version: 2, sql: 'CREATE TABLE toys (name TEXT); ALTER TABLE nowhere ADD COLUMN x' };

const freshFile = async () => join(await freshDirectory(), 'orchestrator.db');

/** Opens the file with these steps, does something, closes it. */
function during<Value>(file: string, migrations: readonly Migration[], action: (database: Database) => Value): Value {
  const database = Database.open(file, migrations);
  try {
    return action(database);
  } finally {
    database.close();
  }
}

const rows = (sql: string) => (database: Database) => database.all({ sql }).map((row) => ({ ...row }));

test('an older file is brought up to date and keeps its rows', async () => {
  const file = await freshFile();
  during(file, [FIRST], (database) => database.run({ sql: "INSERT INTO pets VALUES ('Rex')" }));
  expect(during(file, [FIRST, SECOND], rows('SELECT * FROM pets'))).toEqual([{ name: 'Rex', legs: 4 }]);
  expect(during(file, [FIRST, SECOND], rows('PRAGMA user_version'))).toEqual([{ user_version: 2 }]);
});

test('a newer file is refused and left as it was', async () => {
  const file = await freshFile();
  during(file, [FIRST, SECOND], () => {});
  expect(() => Database.open(file, [FIRST])).toThrow('its format is version 2, this orchestrator knows up to 1');
  expect(during(file, [FIRST, SECOND], rows('SELECT * FROM pets'))).toEqual([]);
});

test('a step that fails leaves the file at the version it had', async () => {
  const file = await freshFile();
  during(file, [FIRST], () => {});
  expect(() => Database.open(file, [FIRST, BROKEN])).toThrow('nowhere');
  expect(during(file, [FIRST], rows("SELECT name FROM sqlite_schema WHERE type = 'table'"))).toEqual([
    { name: 'pets' },
  ]);
});

test('a storage says which file is too new and what to do', async () => {
  const directory = await freshDirectory();
  const file = join(directory, 'orchestrator.db');
  const future = new DatabaseSync(file);
  future.exec('PRAGMA user_version = 999');
  future.close();
  const opening = openStorage({ path: directory });
  await expect(opening).rejects.toMatchObject({ code: 'storage_failed', message: expect.stringContaining(file) });
  await expect(opening).rejects.toMatchObject({ message: expect.stringContaining('upgrade orchestrator') });
});

test('storages that open a fresh file at the same time all succeed', async () => {
  const directory = await freshDirectory();
  const storages = await Promise.all([1, 2, 3, 4].map(() => storageIn(directory)));
  for (const storage of storages)
    expect(await storage.read({ sql: 'PRAGMA user_version' })).toEqual([{ user_version: MIGRATIONS.length }]);
});

test('the steps are numbered without gaps', () => {
  expect(MIGRATIONS.map((migration) => migration.version)).toEqual(MIGRATIONS.map((_, at) => at + 1));
});

test('a lock is waited for, a few times and longer each time', () => {
  const pauses: number[] = [];
  const locked = () => {
    throw Object.assign(new Error('database is locked'), { errcode: 5 });
  };
  expect(() => retryBusy(locked, (ms) => pauses.push(ms))).toThrow('database is locked');
  expect(pauses).toHaveLength(3);
  expect(pauses).toEqual([...pauses].sort((a, b) => a - b));
});

test('what is not a lock is not tried again', () => {
  let tries = 0;
  const full = () => {
    tries++;
    throw Object.assign(new Error('disk is full'), { errcode: 13 });
  };
  expect(() => retryBusy(full, () => {})).toThrow('disk is full');
  expect(tries).toBe(1);
});
