import type { Statement, Storage } from './contract.ts';

/** What the journal knows of one record. A record that was never replayed is not in it. */
export interface ReplayState {
  readonly state: 'open' | 'answered' | 'failed';
  /** The replay that took it last, and the owner of that. */
  readonly replay: number;
  readonly owner: string;
  /** How often it has failed in a way that its target remembers. */
  readonly round: number;
  /** JSON of its answer, until that is known to be printed. */
  readonly outcome: string | null;
}

/** An answer that is not known to have reached the reader. */
export interface UnprintedAnswer {
  readonly key: string;
  readonly owner: string;
  readonly outcome: string;
}

const SELECT = `SELECT key, state, replay, owner, round, outcome FROM replay_records
  JOIN replays ON replays.id = replay_records.replay`;

/**
 * The journal of replays: which records were answered, so that none of them is ever sent again, and which one somebody
 * has in hand. A record is known by a key made from its content. Claims are compare-and-set: of several processes that
 * want a record exactly one gets it.
 */
export class ReplayJournal {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Starts a replay; later ones have higher numbers. `at` is in milliseconds since the epoch. */
  async begin(source: string, owner: string, at: number): Promise<number> {
    const sql = 'INSERT INTO replays (source, owner, started_at) VALUES (?, ?, ?)';
    const [result] = await this.#storage.write([{ sql, params: [source, owner, at] }]);
    return result!.lastId;
  }

  /** The replays before this one whose owner has not left the store: alive, or crashed. */
  earlier(replay: number): Promise<readonly { readonly id: number; readonly owner: string }[]> {
    const sql = 'SELECT replays.id, owner FROM replays JOIN owners ON owners.id = owner WHERE replays.id < ?';
    return this.#storage.read({ sql, params: [replay] });
  }

  /** Takes a record in hand before anything is sent for it; false when the journal knows it already. */
  async claim(replay: number, key: string, requestId: string): Promise<boolean> {
    const [result] = await this.#storage.write([
      {
        sql: `INSERT INTO replay_records (key, request_id, replay, state) VALUES (?, ?, ?, 'open')
              ON CONFLICT (key) DO NOTHING`,
        params: [key, requestId, replay],
      },
    ]);
    return result!.changes === 1;
  }

  /** Takes a record in hand that is still as it was found; of several that try, exactly one gets true. */
  async takeOver(replay: number, key: string, found: Pick<ReplayState, 'replay' | 'state'>): Promise<boolean> {
    const sql = `UPDATE replay_records SET replay = ?, state = 'open' WHERE key = ? AND replay = ? AND state = ?`;
    const [result] = await this.#storage.write([{ sql, params: [replay, key, found.replay, found.state] }]);
    return result!.changes === 1;
  }

  async find(key: string): Promise<ReplayState | undefined> {
    const [row] = await this.#storage.read<ReplayState>({ sql: `${SELECT} WHERE key = ?`, params: [key] });
    return row;
  }

  /** Whether a request of this id was answered by a replay. */
  async isAnswered(requestId: string): Promise<boolean> {
    const sql = `SELECT 1 FROM replay_records WHERE request_id = ? AND state = 'answered' LIMIT 1`;
    return (await this.#storage.read({ sql, params: [requestId] })).length > 0;
  }

  /** Answers to records of this source that are not known to be printed. */
  unprinted(source: string): Promise<readonly UnprintedAnswer[]> {
    return this.#storage.read({ sql: `${SELECT} WHERE outcome IS NOT NULL AND source = ?`, params: [source] });
  }

  /** The answers have reached the reader: they need not be kept. */
  async markPrinted(keys: readonly string[]): Promise<void> {
    const sql = 'UPDATE replay_records SET outcome = NULL WHERE key IN (SELECT value FROM json_each(?))';
    await this.#storage.write([{ sql, params: [JSON.stringify(keys)] }]);
  }
}

/**
 * Records that a record in hand was answered; for use in one atomic write with its other effects. Changes nothing when
 * another replay has taken it over.
 */
export function answeredStatement(replay: number, key: string, outcomeJson: string): Statement {
  return {
    sql: `UPDATE replay_records SET state = 'answered', outcome = ? WHERE key = ? AND replay = ? AND state = 'open'`,
    params: [outcomeJson, key, replay],
  };
}

/** Records that a record in hand has failed: a later replay may try it again. */
export function failedStatement(replay: number, key: string, definite = false): Statement {
  return {
    sql: `UPDATE replay_records SET state = 'failed', round = round + ? WHERE key = ? AND replay = ? AND state = 'open'`,
    params: [definite ? 1 : 0, key, replay],
  };
}
