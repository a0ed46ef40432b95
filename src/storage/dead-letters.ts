import type { DeadLetter, DeadLetterReason } from '../core/dead-letter.ts';
import type { SqlValue, Statement, Storage } from './contract.ts';
import { fromStoredJson, toStoredJson } from './json.ts';

/** A dead letter with the number it is stored under; later letters have higher numbers. */
export interface StoredDeadLetter extends DeadLetter {
  readonly id: number;
}

export interface DeadLetterCount {
  readonly total: number;
  /** Only reasons that occur. */
  readonly by_reason: Readonly<Partial<Record<DeadLetterReason, number>>>;
}

export interface DeadLetterListOptions {
  /** At most so many. */
  readonly limit: number;
  /** Only letters stored before this one: the last id of the page above. */
  readonly beforeId?: number;
  readonly reason?: DeadLetterReason;
}

export interface DeadLetterFilter {
  /** Only letters given up before this time, milliseconds since the epoch. */
  readonly beforeMs?: number;
  readonly reason?: DeadLetterReason;
}

interface DeadLetterRow {
  readonly id: number;
  readonly reason: DeadLetterReason;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly attempts: number;
  readonly hops: number;
  readonly at: number;
  readonly request: string;
}

const SELECT = 'SELECT id, reason, error_code, error_message, attempts, hops, at, request FROM dead_letters';

/** Stores a letter; for use in one atomic write with whatever else must happen with it. */
export function deadLetterInsert(letter: DeadLetter): Statement {
  const { request, error } = letter;
  return {
    sql: `INSERT INTO dead_letters
            (request_id, session, reason, error_code, error_message, attempts, hops, at, request)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    params: [
      request.id,
      request.session ?? null,
      letter.reason,
      error?.code ?? null,
      error?.message ?? null,
      letter.attempts,
      letter.hops,
      letter.at,
      toStoredJson(request),
    ],
  };
}

/** Removes letters, for instance in one atomic write with the outcome of their replay. */
export function deadLetterRemoval(ids: readonly number[]): Statement {
  return { sql: REMOVAL, params: [JSON.stringify(ids)] };
}

/** The same by a replay that may have lost the record meanwhile: then its letters are somebody else's to remove. */
export function replayedLetterRemoval(ids: readonly number[], replay: number, key: string): Statement {
  return {
    sql: `${REMOVAL} AND EXISTS (SELECT 1 FROM replay_records WHERE key = ? AND replay = ?)`,
    params: [JSON.stringify(ids), key, replay],
  };
}

const REMOVAL = 'DELETE FROM dead_letters WHERE id IN (SELECT value FROM json_each(?))';

/** The dead letters of a data directory. */
export class DeadLetterStore {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Resolves with the letter's id once it is stored. */
  async add(letter: DeadLetter): Promise<number> {
    const [result] = await this.#storage.write([deadLetterInsert(letter)]);
    return result!.lastId;
  }

  /** One page, newest first. */
  list(options: DeadLetterListOptions): Promise<readonly StoredDeadLetter[]> {
    const filter = where([
      ['id < ?', options.beforeId],
      ['reason = ?', options.reason],
    ]);
    return this.#select(`${filter.sql} ORDER BY id DESC LIMIT ?`, [...filter.params, options.limit]);
  }

  /** The letters that are there now, oldest first, `batchSize` in memory at a time; later ones are not visited. */
  async *each(batchSize = 100): AsyncGenerator<StoredDeadLetter, void, undefined> {
    const last = await this.#storage.read<{ id: number | null }>({ sql: 'SELECT max(id) AS id FROM dead_letters' });
    const end = last[0]?.id ?? 0;
    for (let after = 0; after < end; ) {
      const page = await this.#select('WHERE id > ? AND id <= ? ORDER BY id LIMIT ?', [after, end, batchSize]);
      if (page.length === 0) return;
      yield* page;
      after = page.at(-1)!.id;
    }
  }

  async get(id: number): Promise<StoredDeadLetter | undefined> {
    const [letter] = await this.#select('WHERE id = ?', [id]);
    return letter;
  }

  /** All letters of one request, oldest first: a replayed request may have died more than once. */
  byRequest(requestId: string): Promise<readonly StoredDeadLetter[]> {
    return this.#select('WHERE request_id = ? ORDER BY id', [requestId]);
  }

  /** Resolves with how many there were. */
  async remove(ids: readonly number[]): Promise<number> {
    const [result] = await this.#storage.write([deadLetterRemoval(ids)]);
    return result!.changes;
  }

  /** Removes what matches, everything without options; resolves with how many there were. */
  async purge(options: DeadLetterFilter = {}): Promise<number> {
    const filter = matching(options);
    const [result] = await this.#storage.write([
      { sql: `DELETE FROM dead_letters ${filter.sql}`, params: filter.params },
    ]);
    return result!.changes;
  }

  /** How many match, all without options. */
  async count(options: DeadLetterFilter = {}): Promise<DeadLetterCount> {
    const filter = matching(options);
    const rows = await this.#storage.read<{ reason: DeadLetterReason; letters: number }>({
      sql: `SELECT reason, count(*) AS letters FROM dead_letters ${filter.sql} GROUP BY reason ORDER BY reason`,
      params: filter.params,
    });
    return {
      total: rows.reduce((total, { letters }) => total + letters, 0),
      by_reason: Object.fromEntries(rows.map(({ reason, letters }) => [reason, letters])),
    };
  }

  async #select(rest: string, params: readonly SqlValue[]): Promise<readonly StoredDeadLetter[]> {
    const rows = await this.#storage.read<DeadLetterRow>({ sql: `${SELECT} ${rest}`, params });
    return rows.map((row) => ({
      id: row.id,
      request: fromStoredJson(this.#storage.location, `dead letter ${row.id}`, row.request),
      reason: row.reason,
      error: row.error_code === null ? null : { code: row.error_code, message: row.error_message ?? '' },
      attempts: row.attempts,
      hops: row.hops,
      at: row.at,
    }));
  }
}

const matching = ({ beforeMs, reason }: DeadLetterFilter) =>
  where([
    ['at < ?', beforeMs],
    ['reason = ?', reason],
  ]);

/** The conditions whose value is given, joined; their SQL is fixed, so that it stays prepared. */
function where(conditions: readonly (readonly [sql: string, value: SqlValue | undefined])[]) {
  const given = conditions.filter((condition) => condition[1] !== undefined);
  return {
    sql: given.length === 0 ? '' : `WHERE ${given.map(([sql]) => sql).join(' AND ')}`,
    params: given.map(([, value]) => value!),
  };
}
