import type { PromptRequest } from '../core/request.ts';
import { sweepFinished } from './batch-sweep.ts';
import type { Statement, Storage } from './contract.ts';
import { fromStoredJson, toStoredJson } from './json.ts';

/** One run over a file of requests. */
export interface Batch {
  readonly id: string;
  /** What the lines came from, such as the absolute path of the file. */
  readonly source: string;
  /** Id of the owner that may accept and settle its lines. */
  readonly owner: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}

/** A line that was read and is to be answered. */
export interface AcceptedLine {
  /** Number of the line in its source, from 1. */
  readonly line: number;
  /** Digest of the line as it was read: a resumed run notices that the source was changed. */
  readonly digest: string;
  /** Null when the line held no valid request; its outcome then says so. */
  readonly request: PromptRequest | null;
}

/** A line as it is stored. */
export interface BatchLine extends AcceptedLine {
  /** JSON of the outcome record, exactly as it was settled; null while the line is open. */
  readonly outcome: string | null;
  readonly printed: boolean;
}

export interface BatchProgress {
  /** Highest line that was accepted; 0 when none was. */
  readonly accepted: number;
  readonly answered: number;
  /** Accepted and not answered. */
  readonly open: number;
  /** Answered and not printed. */
  readonly unprinted: number;
}

/** Lines read in one go. */
const PAGE_LINES = 500;

const IS_OWNED = 'EXISTS (SELECT 1 FROM batches WHERE id = ? AND owner = ? AND finished_at IS NULL)';

/**
 * Records the outcome of a line; for use in one atomic write with its other effects. Changes nothing (`changes` 0)
 * when the line has an outcome already, or the batch has been taken over by another owner.
 */
export function settleStatement(batch: string, owner: string, line: number, outcomeJson: string): Statement {
  return {
    sql: `UPDATE batch_lines SET outcome = ? WHERE batch = ? AND line = ? AND outcome IS NULL AND ${IS_OWNED}`,
    params: [outcomeJson, batch, line, batch, owner],
  };
}

/** The journal of batches: after a crash a batch goes on where it was, and no line is answered twice. */
export class BatchJournal {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Starts a batch. `at` is in milliseconds since the epoch. */
  async begin(batch: { id: string; source: string; owner: string; at: number }): Promise<void> {
    await this.#storage.write([
      {
        sql: 'INSERT INTO batches (id, source, owner, started_at) VALUES (?, ?, ?, ?)',
        params: [batch.id, batch.source, batch.owner, batch.at],
      },
    ]);
  }

  /** Stores lines, all or none; false when the batch is not this owner's (any more). A line is accepted once. */
  async accept(batch: string, owner: string, lines: readonly AcceptedLine[]): Promise<boolean> {
    if (lines.length === 0) return true;
    const rows = lines.map(({ line, digest, request }) => ({ line, digest, request: toStoredJson(request) }));
    const [result] = await this.#storage.write([
      {
        // One parameter for any number of lines: the statement stays prepared.
        sql: `INSERT INTO batch_lines (batch, line, digest, request)
              SELECT ?, value ->> 'line', value ->> 'digest', value ->> 'request' FROM json_each(?) WHERE ${IS_OWNED}`,
        params: [batch, JSON.stringify(rows), batch, owner],
      },
    ]);
    return result!.changes === lines.length;
  }

  /** Records one outcome; false when the line was settled before, or the batch is not this owner's (any more). */
  async settle(batch: string, owner: string, line: number, outcomeJson: string): Promise<boolean> {
    const [result] = await this.#storage.write([settleStatement(batch, owner, line, outcomeJson)]);
    return result!.changes === 1;
  }

  /** Remembers that the outcomes of these lines have reached the reader. */
  async markPrinted(batch: string, lines: readonly number[]): Promise<void> {
    await this.#storage.write([
      {
        sql: 'UPDATE batch_lines SET printed = 1 WHERE batch = ? AND line IN (SELECT value FROM json_each(?))',
        params: [batch, JSON.stringify(lines)],
      },
    ]);
  }

  /** The newest batch of this source that was not finished: the one to resume, if its owner is dead. */
  async unfinished(source: string): Promise<Batch | undefined> {
    const [batch] = await this.#storage.read<Batch>({
      sql: `SELECT id, source, owner, started_at AS startedAt FROM batches
            WHERE source = ? AND finished_at IS NULL ORDER BY started_at DESC, rowid DESC LIMIT 1`,
      params: [source],
    });
    return batch;
  }

  /** Makes `toOwner` the owner if it is still `fromOwner`; of several that try, exactly one gets true. */
  async take(batch: string, fromOwner: string, toOwner: string): Promise<boolean> {
    const sql = 'UPDATE batches SET owner = ? WHERE id = ? AND owner = ? AND finished_at IS NULL';
    const [result] = await this.#storage.write([{ sql, params: [toOwner, batch, fromOwner] }]);
    return result!.changes === 1;
  }

  async progress(batch: string): Promise<BatchProgress> {
    const [progress] = await this.#storage.read<BatchProgress>({
      sql: `SELECT coalesce(max(line), 0) AS accepted, count(outcome) AS answered, count(*) - count(outcome) AS open,
              count(*) FILTER (WHERE outcome IS NOT NULL AND printed = 0) AS unprinted
            FROM batch_lines WHERE batch = ?`,
      params: [batch],
    });
    return progress!;
  }

  /** The lines in order, from line `from` (default 1), one page in memory at a time. */
  async *each(batch: string, { from = 1 }: { from?: number } = {}): AsyncGenerator<BatchLine, void, undefined> {
    const columns = 'line, digest, request, outcome, printed';
    for await (const row of this.#pages<BatchLineRow>(batch, columns, from)) {
      const name = `line ${row.line} of batch ${batch}`;
      yield {
        line: row.line,
        digest: row.digest,
        request: fromStoredJson<PromptRequest | null>(this.#storage.location, name, row.request),
        outcome: row.outcome,
        printed: row.printed === 1,
      };
    }
  }

  /** Line numbers and digests only: to check that a source still is what it was. */
  digests(batch: string): AsyncGenerator<{ readonly line: number; readonly digest: string }, void, undefined> {
    return this.#pages(batch, 'line, digest', 1);
  }

  /**
   * Marks the batch as done and removes its lines; false when it is not this owner's (any more).
   * `at` is in milliseconds since the epoch.
   */
  async finish(batch: string, owner: string, at: number): Promise<boolean> {
    const sql = 'UPDATE batches SET finished_at = ? WHERE id = ? AND owner = ? AND finished_at IS NULL';
    const [result] = await this.#storage.write([{ sql, params: [at, batch, owner] }]);
    if (result!.changes === 0) return false;
    await sweepFinished(this.#storage);
    return true;
  }

  async *#pages<Row extends { readonly line: number }>(batch: string, columns: string, from: number) {
    const sql = `SELECT ${columns} FROM batch_lines WHERE batch = ? AND line >= ? ORDER BY line LIMIT ${PAGE_LINES}`;
    for (let next = from; ; ) {
      const page = await this.#storage.read<Row>({ sql, params: [batch, next] });
      yield* page;
      if (page.length < PAGE_LINES) return;
      next = page.at(-1)!.line + 1;
    }
  }
}

interface BatchLineRow {
  readonly line: number;
  readonly digest: string;
  readonly request: string;
  readonly outcome: string | null;
  readonly printed: number;
}
