import { type BigIntStats, statSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { retryBusy } from './busy.ts';
import type { SqlValue, Statement, WriteResult } from './contract.ts';
import type { Connection } from './group-commit.ts';
import type { Row } from './jobs.ts';
import { MIGRATIONS, type Migration, migrate, refuseNewer } from './migrations.ts';

/** SQLite's name for a database that is never written anywhere. */
export const IN_MEMORY = ':memory:';

/** How long SQLite itself waits for another connection's lock. */
const BUSY_TIMEOUT_MS = 5000;

/** Statements kept prepared; the rooms use a few dozen, so only SQL made on the fly ever comes near. */
const PREPARED_LIMIT = 256;

/** In this order: a commit must never be acknowledged from memory alone. */
const PRAGMAS = [
  'synchronous = FULL',
  // On macOS a plain fsync stops at the drive's cache; elsewhere this changes nothing.
  'fullfsync = ON',
  'journal_mode = WAL',
  'foreign_keys = ON',
  // A burst may grow the log; it shrinks to this at the next checkpoint.
  `journal_size_limit = ${64 * 1024 * 1024}`,
];

/**
 * One open database with the schema in place. Synchronous: it belongs on the storage thread, or in memory.
 * Everything throws SQLite's own errors; `faults.ts` translates them.
 */
export class Database implements Connection {
  readonly #sqlite: DatabaseSync;
  readonly #file: string;
  readonly #opened: BigIntStats | undefined;
  readonly #prepared = new Map<string, StatementSync>();

  private constructor(sqlite: DatabaseSync, file: string) {
    this.#sqlite = sqlite;
    this.#file = file;
    this.#opened = fileIdentity(file);
  }

  /** Opens `file` (or `IN_MEMORY`), creating and migrating as needed. Waits for other processes that do the same. */
  static open(file: string, migrations: readonly Migration[] = MIGRATIONS): Database {
    const sqlite = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
    try {
      // Two processes that switch a fresh file to WAL at once may see "locked" without SQLite having waited.
      retryBusy(() => {
        refuseNewer(sqlite, migrations);
        for (const pragma of PRAGMAS) sqlite.exec(`PRAGMA ${pragma}`);
        migrate(sqlite, migrations);
      });
      return new Database(sqlite, file);
    } catch (thrown) {
      sqlite.close();
      throw thrown;
    }
  }

  get inTransaction(): boolean {
    return this.#sqlite.isTransaction;
  }

  begin(): void {
    // The lock is taken now: a reader that became a writer half-way could only fail.
    retryBusy(() => this.run({ sql: 'BEGIN IMMEDIATE' }));
  }

  commit(): void {
    retryBusy(() => this.run({ sql: 'COMMIT' }));
  }

  verify(): void {
    if (this.#opened === undefined) return;
    // SQLite goes on writing to a file that was deleted or replaced under it, and nobody would ever read that.
    const found = fileIdentity(this.#file);
    if (found?.ino === this.#opened.ino && found.dev === this.#opened.dev) return;
    throw new Error('the file was deleted or replaced while it was open; put it back or restart');
  }

  run(statement: Statement): WriteResult {
    const { changes, lastInsertRowid } = this.#prepare(statement.sql).run(...(statement.params ?? []));
    return { changes: Number(changes), lastId: Number(lastInsertRowid) };
  }

  append(sql: string, params: readonly SqlValue[], rows: number): void {
    const statement = this.#prepare(sql);
    const width = params.length / rows;
    for (let from = 0; from < params.length; from += width) statement.run(...params.slice(from, from + width));
  }

  all(statement: Statement): readonly Row[] {
    return this.#prepare(statement.sql).all(...(statement.params ?? []));
  }

  close(): void {
    this.#prepared.clear();
    this.#sqlite.close();
  }

  #prepare(sql: string): StatementSync {
    const known = this.#prepared.get(sql);
    if (known !== undefined) return known;
    // Dropping all of them is rare and cheap; keeping an order of use would cost at every statement.
    if (this.#prepared.size >= PREPARED_LIMIT) this.#prepared.clear();
    const prepared = this.#sqlite.prepare(sql);
    this.#prepared.set(sql, prepared);
    return prepared;
  }
}

function fileIdentity(file: string): BigIntStats | undefined {
  return file === IN_MEMORY ? undefined : statSync(file, { bigint: true, throwIfNoEntry: false });
}
