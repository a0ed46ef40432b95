import { expect, onTestFinished, test } from 'vitest';
import { Database, IN_MEMORY } from '../../src/storage/database.ts';
import { type Connection, runGroup } from '../../src/storage/group-commit.ts';
import type { Job } from '../../src/storage/jobs.ts';
import { note } from './support/world.ts';

const write = (...texts: string[]): Job => ({ kind: 'write', statements: texts.map(note) });
const readAll: Job = { kind: 'read', statement: { sql: 'SELECT text FROM notes ORDER BY id' } };

function openDatabase(): Database {
  const database = Database.open(IN_MEMORY);
  onTestFinished(() => database.close());
  database.run({ sql: 'CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT UNIQUE)' });
  return database;
}

/** The same connection, some of whose actions fail. */
function breaking(database: Database, broken: Partial<Connection>): Connection {
  return {
    get inTransaction() {
      return database.inTransaction;
    },
    begin: () => database.begin(),
    commit: () => database.commit(),
    verify: () => database.verify(),
    run: (statement) => database.run(statement),
    append: (...rows) => database.append(...rows),
    all: (statement) => database.all(statement),
    ...broken,
  };
}

const throws = (message: string) => () => {
  throw new Error(message);
};
const kinds = (connection: Connection, jobs: readonly Job[]) =>
  runGroup(connection, jobs).results.map((result) => result.kind);
const stored = (connection: Connection) => {
  const [result] = runGroup(connection, [readAll]).results;
  return result?.kind === 'rows' ? result.rows.map((row) => row['text']) : result;
};

test('a commit that fails refuses every write, and reads show what is really there', () => {
  const database = openDatabase();
  runGroup(database, [write('before')]);
  const failing = breaking(database, { commit: throws('disk I/O error') });
  const { results, commits } = runGroup(failing, [write('one'), readAll, write('two', 'three')]);
  expect(commits).toBe(0);
  expect(results.map((result) => result.kind)).toEqual(['refused', 'rows', 'refused']);
  expect(results[1]).toMatchObject({ rows: [{ text: 'before' }] });
  expect(stored(database)).toEqual(['before']);
});

test('after a commit that failed the next group works', () => {
  const database = openDatabase();
  runGroup(breaking(database, { commit: throws('disk I/O error') }), [write('one')]);
  expect(kinds(database, [write('two')])).toEqual(['written']);
  expect(stored(database)).toEqual(['two']);
});

test('when the lock is not to be had, writes are refused with the reason and reads are answered', () => {
  const { results } = runGroup(breaking(openDatabase(), { begin: throws('database is locked') }), [
    write('one'),
    readAll,
  ]);
  expect(results).toEqual([
    { kind: 'refused', fault: { message: 'database is locked', code: null } },
    { kind: 'rows', rows: [] },
  ]);
});

test('a unit that ends the transaction takes the group with it, but each failure keeps its own reason', () => {
  const database = openDatabase();
  const ends: Job = { kind: 'write', statements: [{ sql: "INSERT OR ROLLBACK INTO notes (text) VALUES ('one')" }] };
  const { results } = runGroup(database, [write('one'), write('one'), ends, write('two')]);
  expect(results.map((result) => result.kind)).toEqual(['refused', 'refused', 'refused', 'refused']);
  expect(stored(database)).toEqual([]);
  expect(kinds(database, [write('three')])).toEqual(['written']);
});

test('a group of reads takes no lock', () => {
  const database = openDatabase();
  expect(kinds(breaking(database, { begin: throws('must not begin') }), [readAll, readAll])).toEqual(['rows', 'rows']);
});
