import type { SqlValue, Statement, WriteResult } from './contract.ts';
import type { Fault } from './faults.ts';

/** One call of a storage, on its way to the database. */
export type Job =
  | { readonly kind: 'write'; readonly statements: readonly Statement[] }
  /** The same statement for many rows: their parameters, one row behind the other. */
  | { readonly kind: 'append'; readonly sql: string; readonly params: readonly SqlValue[]; readonly rows: number }
  | { readonly kind: 'read'; readonly statement: Statement };

/** A row as the database returns it. */
export type Row = Readonly<Record<string, unknown>>;

/** The answer to one job. */
export type JobResult =
  | { readonly kind: 'written'; readonly results: readonly WriteResult[] }
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'refused'; readonly fault: Fault };

/** The answers to jobs that were handed over together, in their order. */
export interface Answers {
  readonly results: readonly JobResult[];
  /** Transactions committed for them; 0 when they shared the transaction of earlier ones. */
  readonly commits: number;
}

/** The side of a storage that owns the database. It runs jobs in the order in which they come. */
export interface Backend {
  readonly location: string;
  readonly durable: boolean;
  /** Runs `flush` once the calls of this turn have been made; or within a moment, which gathers those of many turns. */
  schedule(flush: () => void, when: 'now' | 'soon'): void;
  /** Rejects with a storage error only when the database is lost as a whole. */
  run(jobs: readonly Job[]): Promise<Answers>;
  close(): Promise<void>;
}
