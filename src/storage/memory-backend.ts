import type { Database } from './database.ts';
import { storageError, toFault } from './faults.ts';
import { runGroup } from './group-commit.ts';
import type { Answers, Backend, Job, JobResult } from './jobs.ts';

/**
 * A database in memory, on the calling thread: for single prompts and tests. It is opened at the first call, so a run
 * that stores nothing never loads SQLite.
 */
export class MemoryBackend implements Backend {
  readonly location = 'memory';
  readonly durable = false;
  #database: Promise<Database> | null = null;

  schedule(flush: () => void): void {
    queueMicrotask(flush);
  }

  async run(jobs: readonly Job[]): Promise<Answers> {
    const database = await this.#open();
    const { results, commits } = runGroup(database, jobs);
    return { results: results.map(withPlainRows), commits };
  }

  async close(): Promise<void> {
    (await this.#database)?.close();
  }

  #open(): Promise<Database> {
    this.#database ??= import('./database.ts').then(({ Database, IN_MEMORY }) => Database.open(IN_MEMORY));
    return this.#database.catch((thrown) => {
      throw storageError(this.location, toFault(thrown));
    });
  }
}

/** SQLite's rows have no prototype; the ones that come from the storage thread are plain objects. So are these, then. */
function withPlainRows(result: JobResult): JobResult {
  return result.kind === 'rows' ? { kind: 'rows', rows: result.rows.map((row) => ({ ...row })) } : result;
}
