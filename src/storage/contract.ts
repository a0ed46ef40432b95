import type { Statement } from '../core/statement.ts';

export type { SqlValue, Statement } from '../core/statement.ts';

/** What one writing statement did. */
export interface WriteResult {
  /** Rows inserted, changed or deleted; meaningless after a statement that is none of these. */
  readonly changes: number;
  /** Row id of the last insert. */
  readonly lastId: number;
}

/** Counts since the storage was opened. */
export interface StorageStats {
  /** Calls that were made and not answered yet. */
  readonly pending: number;
  /** Transactions committed; many writes share one. */
  readonly commits: number;
  /** Writes acknowledged. */
  readonly writes: number;
  /** Calls rejected. */
  readonly failures: number;
}

/**
 * Where everything lives that must outlast a request. Calls take effect in the order they were made.
 * Every rejection is an `OrchestratorError` with the code `storage_failed`.
 */
export interface Storage {
  /** Path of the file, or `memory`. */
  readonly location: string;
  /** Whether an acknowledged write survives the process and a power cut. */
  readonly durable: boolean;
  /** A snapshot, made anew at each access. */
  readonly stats: StorageStats;
  /**
   * Runs the statements as one atomic unit and resolves once they are committed (and, in a file, on the disk).
   * A rejected unit has changed nothing; units made at the same time neither see its effects nor fail with it,
   * unless the disk failed all of them.
   * @param when `soon`: with the next call of anybody, or a moment later, for what is not waited for
   */
  write(statements: readonly Statement[], when?: 'now' | 'soon'): Promise<readonly WriteResult[]>;
  /**
   * Runs one statement for a row that nobody waits for, `soon`. Rows that come one after the other through the same statement
   * are one unit and have one promise: many share a message to the storage, its answer and a trip to the disk.
   */
  append(row: Statement): Promise<void>;
  /** Rows of a query (never a statement that writes). It sees every write that was called before it. */
  read<Row>(statement: Statement): Promise<readonly Row[]>;
  /** Waits for what is pending, then closes. Later calls reject; closing again is the same closing. */
  close(): Promise<void>;
}
