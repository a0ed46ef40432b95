import type { DatabaseSync } from 'node:sqlite';

/** One step of the schema. Released steps are never edited; a change is a new step. */
export interface Migration {
  /** `PRAGMA user_version` of the file once the step is done; 1, 2, 3 and so on. */
  readonly version: number;
  readonly sql: string;
}

/** The schema, as the steps that lead to it. */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
      CREATE TABLE owners (
        id TEXT PRIMARY KEY,
        pid INTEGER NOT NULL,
        process_start TEXT,
        boot_id TEXT,
        host TEXT NOT NULL,
        lease_until_ms INTEGER NOT NULL
      ) WITHOUT ROWID;

      CREATE TABLE dead_letters (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        request_id TEXT NOT NULL,
        session TEXT,
        reason TEXT NOT NULL,
        error_code TEXT,
        error_message TEXT,
        attempts INTEGER NOT NULL,
        hops INTEGER NOT NULL,
        at INTEGER NOT NULL,
        request TEXT NOT NULL
      );
      CREATE INDEX dead_letters_by_request ON dead_letters (request_id);
      CREATE INDEX dead_letters_by_reason ON dead_letters (reason, id);

      CREATE TABLE batches (
        id TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        owner TEXT NOT NULL,
        started_at INTEGER NOT NULL,
        finished_at INTEGER
      );
      CREATE INDEX batches_by_source ON batches (source, started_at);

      CREATE TABLE batch_lines (
        batch TEXT NOT NULL REFERENCES batches (id) ON DELETE CASCADE,
        line INTEGER NOT NULL,
        digest TEXT NOT NULL,
        request TEXT NOT NULL,
        outcome TEXT,
        printed INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (batch, line)
      ) WITHOUT ROWID;
    `,
  },
  {
    version: 2,
    sql: `
      CREATE TABLE replays (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source TEXT NOT NULL,
        owner TEXT NOT NULL,
        started_at INTEGER NOT NULL
      );

      CREATE TABLE replay_records (
        key TEXT PRIMARY KEY,
        request_id TEXT NOT NULL,
        replay INTEGER NOT NULL REFERENCES replays (id),
        state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'failed')),
        outcome TEXT
      ) WITHOUT ROWID;
      CREATE INDEX replay_records_by_request ON replay_records (request_id);
      CREATE INDEX replay_records_unprinted ON replay_records (replay) WHERE outcome IS NOT NULL;
    `,
  },
  {
    version: 3,
    sql: `
      CREATE TABLE accepted_requests (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        session TEXT,
        owner TEXT NOT NULL,
        batch TEXT,
        position INTEGER NOT NULL DEFAULT 0,
        request TEXT NOT NULL,
        accepted_at INTEGER NOT NULL,
        key TEXT,
        status TEXT,
        outcome TEXT
      );
      CREATE INDEX accepted_requests_by_session ON accepted_requests (session, seq);
      CREATE INDEX accepted_requests_by_batch ON accepted_requests (batch, position) WHERE batch IS NOT NULL;
      CREATE INDEX accepted_requests_open ON accepted_requests (owner) WHERE status IS NULL;

      CREATE TABLE idempotency_keys (
        key TEXT PRIMARY KEY,
        digest TEXT NOT NULL,
        subject TEXT NOT NULL,
        at INTEGER NOT NULL
      ) WITHOUT ROWID;
      CREATE INDEX idempotency_keys_by_time ON idempotency_keys (at);

      ALTER TABLE replay_records ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
    `,
  },
  {
    version: 4,
    sql: `
      CREATE TABLE spend (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL,
        request_id TEXT NOT NULL,
        session TEXT,
        tenant TEXT,
        provider TEXT NOT NULL,
        model TEXT NOT NULL,
        source TEXT NOT NULL,
        attempt INTEGER NOT NULL,
        input_tokens INTEGER NOT NULL,
        output_tokens INTEGER NOT NULL,
        cache_read_tokens INTEGER NOT NULL,
        cache_write_tokens INTEGER NOT NULL,
        estimated INTEGER NOT NULL,
        cost INTEGER,
        saved INTEGER NOT NULL
      );
      CREATE INDEX spend_by_request ON spend (request_id);
      CREATE INDEX spend_by_time ON spend (at);
    `,
  },
  {
    version: 5,
    sql: `
      CREATE TABLE spend_accounts (
        id TEXT PRIMARY KEY,
        spent INTEGER NOT NULL
      ) WITHOUT ROWID;

      CREATE TABLE spend_members (
        account TEXT NOT NULL,
        owner TEXT NOT NULL,
        held INTEGER NOT NULL,
        PRIMARY KEY (account, owner)
      ) WITHOUT ROWID;
    `,
  },
];

/** The schema version of the file; 0 when it is new. */
function schemaVersion(sqlite: DatabaseSync): number {
  return Number(sqlite.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

/** Refuses a file that a later release wrote: this one could neither read nor keep what is new in it. */
export function refuseNewer(sqlite: DatabaseSync, migrations: readonly Migration[]): void {
  const known = migrations.at(-1)?.version ?? 0;
  const found = schemaVersion(sqlite);
  if (found <= known) return;
  throw new Error(
    `its format is version ${found}, this orchestrator knows up to ${known}; ` +
      'upgrade orchestrator or use another data directory',
  );
}

/** Brings an older file up to date, all steps or none. */
export function migrate(sqlite: DatabaseSync, migrations: readonly Migration[]): void {
  const known = migrations.at(-1)?.version ?? 0;
  if (schemaVersion(sqlite) === known) return;
  sqlite.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have migrated while this one waited for the lock, so the version is read again.
    refuseNewer(sqlite, migrations);
    const found = schemaVersion(sqlite);
    for (const migration of migrations) if (migration.version > found) sqlite.exec(migration.sql);
    sqlite.exec(`PRAGMA user_version = ${known}`);
    sqlite.exec('COMMIT');
  } catch (thrown) {
    if (sqlite.isTransaction) sqlite.exec('ROLLBACK');
    throw thrown;
  }
}
