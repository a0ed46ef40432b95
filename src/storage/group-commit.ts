import type { SqlValue, Statement, WriteResult } from './contract.ts';
import { type Fault, toFault } from './faults.ts';
import type { Answers, Job, JobResult, Row } from './jobs.ts';

/** What a group needs of a database connection. Everything is synchronous and throws on failure. */
export interface Connection {
  readonly inTransaction: boolean;
  begin(): void;
  commit(): void;
  /** Throws when what was committed is not in the file others would open. */
  verify(): void;
  run(statement: Statement): WriteResult;
  /** Runs a statement once for each of so many rows. */
  append(sql: string, params: readonly SqlValue[], rows: number): void;
  all(statement: Statement): readonly Row[];
}

const SAVEPOINT: Statement = { sql: 'SAVEPOINT unit' };
const RELEASE: Statement = { sql: 'RELEASE unit' };
const ROLLBACK_TO: Statement = { sql: 'ROLLBACK TO unit' };
const ROLLBACK: Statement = { sql: 'ROLLBACK' };

/**
 * Runs jobs in order in one transaction, so that many writes share one wait for the disk. A write that fails is
 * undone alone. When the transaction itself fails, every write is refused and the reads are answered from what is
 * really stored. Never throws.
 */
export function runGroup(connection: Connection, jobs: readonly Job[]): Answers {
  if (jobs.every((job) => job.kind === 'read')) return { results: readAll(connection, jobs), commits: 0 };
  const results: JobResult[] = [];
  try {
    connection.begin();
    for (const job of jobs) results.push(runJob(connection, job));
    connection.commit();
    connection.verify();
    return { results, commits: 1 };
  } catch (thrown) {
    rollBack(connection);
    return { results: refuseWrites(connection, jobs, results, toFault(thrown)), commits: 0 };
  }
}

function runJob(connection: Connection, job: Job): JobResult {
  switch (job.kind) {
    case 'read':
      return readOne(connection, job.statement);
    case 'write':
      // SQLite undoes a failed statement by itself; only several need a savepoint around them.
      return unit(connection, job.statements.length > 1, () =>
        job.statements.map((statement) => connection.run(statement)),
      );
    case 'append':
      return unit(connection, job.rows > 1, () => {
        connection.append(job.sql, job.params, job.rows);
        return [];
      });
  }
}

function readOne(connection: Connection, statement: Statement): JobResult {
  try {
    return { kind: 'rows', rows: connection.all(statement) };
  } catch (thrown) {
    return { kind: 'refused', fault: toFault(thrown) };
  }
}

/** Throws only when the whole transaction is lost. */
function unit(connection: Connection, guarded: boolean, write: () => readonly WriteResult[]): JobResult {
  try {
    if (guarded) connection.run(SAVEPOINT);
    const results = write();
    if (guarded) connection.run(RELEASE);
    return { kind: 'written', results };
  } catch (thrown) {
    // A full disk or an I/O error makes SQLite roll back everything, the units before this one included.
    if (!connection.inTransaction) throw thrown;
    if (guarded) {
      connection.run(ROLLBACK_TO);
      connection.run(RELEASE);
    }
    return { kind: 'refused', fault: toFault(thrown) };
  }
}

function rollBack(connection: Connection): void {
  if (!connection.inTransaction) return;
  try {
    connection.run(ROLLBACK);
  } catch {
    // The next group finds the transaction still open and is refused with the reason.
  }
}

function readAll(connection: Connection, jobs: readonly Job[]): JobResult[] {
  return jobs.map((job) => runJob(connection, job));
}

function refuseWrites(
  connection: Connection,
  jobs: readonly Job[],
  attempted: readonly JobResult[],
  fault: Fault,
): JobResult[] {
  return jobs.map((job, at) => {
    // Reads of the lost transaction may have seen rows that do not exist.
    if (job.kind === 'read') return readOne(connection, job.statement);
    const result = attempted[at];
    return result?.kind === 'refused' ? result : { kind: 'refused', fault };
  });
}
