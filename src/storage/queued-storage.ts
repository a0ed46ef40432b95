import type { OrchestratorError } from '../core/errors.ts';
import { toOrchestratorError } from '../core/errors.ts';
import type { SqlValue, Statement, Storage, StorageStats, WriteResult } from './contract.ts';
import { storageError } from './faults.ts';
import type { Answers, Backend, Job, JobResult } from './jobs.ts';

interface Call {
  readonly job: Job;
  readonly resolve: (value: never) => void;
  readonly reject: (error: OrchestratorError) => void;
}

/** Rows for one statement, until they are handed over. */
interface Appending {
  readonly job: { readonly kind: 'append'; readonly sql: string; readonly params: SqlValue[]; rows: number };
  readonly written: Promise<void>;
}

/** The side of a storage that callers hold: it gathers the calls of one turn and hands them to the backend together. */
export class QueuedStorage implements Storage {
  readonly #backend: Backend;
  #gathered: Call[] = [];
  /** The last of the calls that are gathered, where it takes more rows. */
  #appending: Appending | null = null;
  /** Settles once everything handed over so far is answered. */
  #answered: Promise<void> = Promise.resolve();
  #closing: Promise<void> | null = null;
  /** When what is gathered will be handed over at the latest; null when nothing is. */
  #scheduled: 'now' | 'soon' | null = null;
  #pending = 0;
  #commits = 0;
  #writes = 0;
  #failures = 0;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  get location(): string {
    return this.#backend.location;
  }

  get durable(): boolean {
    return this.#backend.durable;
  }

  get stats(): StorageStats {
    return { pending: this.#pending, commits: this.#commits, writes: this.#writes, failures: this.#failures };
  }

  write(statements: readonly Statement[], when: 'now' | 'soon' = 'now'): Promise<readonly WriteResult[]> {
    return this.#call({ kind: 'write', statements }, when);
  }

  append({ sql, params = [] }: Statement): Promise<void> {
    const open = this.#appending;
    if (open === null || open.job.sql !== sql) {
      const job: Appending['job'] = { kind: 'append', sql, params: [...params], rows: 1 };
      const written = this.#call<void>(job, 'soon');
      if (this.#closing === null) this.#appending = { job, written };
      return written;
    }
    for (const value of params) open.job.params.push(value);
    open.job.rows++;
    return open.written;
  }

  read<Row>(statement: Statement): Promise<readonly Row[]> {
    return this.#call({ kind: 'read', statement }, 'now');
  }

  close(): Promise<void> {
    if (this.#closing === null) {
      this.#flush();
      this.#closing = this.#answered.then(() => this.#backend.close());
    }
    return this.#closing;
  }

  #call<Value>(job: Job, when: 'now' | 'soon'): Promise<Value> {
    if (this.#closing !== null) {
      this.#failures++;
      return Promise.reject(storageError(this.location, { message: 'it was closed before this call', code: null }));
    }
    this.#appending = null;
    return new Promise<Value>((resolve, reject) => {
      this.#schedule(when);
      this.#gathered.push({ job, resolve, reject });
      this.#pending++;
    });
  }

  #schedule(when: 'now' | 'soon'): void {
    if (this.#scheduled === 'now' || this.#scheduled === when) return;
    this.#scheduled = when;
    this.#backend.schedule(() => this.#flush(), when);
  }

  #flush(): void {
    this.#scheduled = null;
    const calls = this.#gathered;
    if (calls.length === 0) return;
    this.#gathered = [];
    this.#appending = null;
    this.#answered = this.#backend.run(calls.map((call) => call.job)).then(
      (answers) => this.#settle(calls, answers),
      (thrown) => this.#refuse(calls, toOrchestratorError(thrown, 'storage_failed')),
    );
  }

  #settle(calls: readonly Call[], answers: Answers): void {
    this.#commits += answers.commits;
    this.#pending -= calls.length;
    for (let at = 0; at < calls.length; at++) this.#answer(calls[at]!, answers.results[at]!);
  }

  #answer(call: Call, result: JobResult): void {
    switch (result.kind) {
      case 'written':
        this.#writes++;
        call.resolve(result.results as never);
        return;
      case 'rows':
        call.resolve(result.rows as never);
        return;
      case 'refused':
        this.#failures++;
        call.reject(storageError(this.location, result.fault));
    }
  }

  #refuse(calls: readonly Call[], error: OrchestratorError): void {
    this.#pending -= calls.length;
    this.#failures += calls.length;
    for (const call of calls) call.reject(error);
  }
}
