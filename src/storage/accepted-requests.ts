import type { PromptRequest } from '../core/request.ts';
import type { SqlValue, Statement, Storage } from './contract.ts';
import { fromStoredJson, toStoredJson } from './json.ts';

/** A request that was promised an answer, as it is stored. */
export interface AcceptedRequest {
  /** Its place in the order of acceptance. */
  readonly seq: number;
  readonly request: PromptRequest;
  readonly owner: string;
  /** The batch job it belongs to, and its place there. */
  readonly batch: string | null;
  readonly position: number;
  /** Milliseconds since the epoch. */
  readonly acceptedAt: number;
  /** The idempotency key it came with. */
  readonly key: string | null;
  /** How it ended; null while it is open. */
  readonly status: string | null;
  /** JSON of the outcome record; null while it is open. */
  readonly outcome: string | null;
}

/** Requests that are accepted together: all are committed, or none. */
export interface Acceptance {
  readonly owner: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly requests: readonly PromptRequest[];
  readonly batch?: string;
  readonly key?: KeyClaim;
}

/** A key that stands for one request or batch, so that it is not done twice. */
export interface KeyClaim {
  readonly key: string;
  /** Of what was asked for: the same key may not come with something else. */
  readonly digest: string;
}

export interface KnownKey {
  readonly digest: string;
  /** Id of the request or batch. */
  readonly subject: string;
}

export interface AcceptedFilter {
  readonly session?: string;
  readonly status?: string;
  /** Only what belongs to this tenant, or to none. */
  readonly tenant?: string;
  /** Only requests accepted before this one. */
  readonly before?: number;
  readonly limit: number;
}

/** How long a key stands for its request. */
const KEY_LIFE_MS = 24 * 3600 * 1000;

interface Row {
  readonly seq: number;
  readonly id: string;
  readonly owner: string;
  readonly batch: string | null;
  readonly position: number;
  readonly request: string;
  readonly accepted_at: number;
  readonly key: string | null;
  readonly status: string | null;
  readonly outcome: string | null;
}

const SELECT =
  'SELECT seq, id, owner, batch, position, request, accepted_at, key, status, outcome FROM accepted_requests';

/** What was acknowledged before it was answered, what came of it, and the keys that stand for it. */
export class AcceptedRequests {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Commits requests; when their key stands for others already, nothing is stored and those are returned. */
  async accept({ owner, at, requests, batch, key }: Acceptance): Promise<KnownKey | null> {
    const subject = batch ?? requests[0]!.id;
    const rows = requests.map((request) => ({
      id: request.id,
      session: request.session,
      request: toStoredJson(request),
    }));
    const insert = `INSERT INTO accepted_requests (id, session, owner, batch, position, request, accepted_at, key)
      SELECT value ->> 'id', value ->> 'session', ?, ?, key, value ->> 'request', ?, ? FROM json_each(?)`;
    const params = [owner, batch ?? null, at, key?.key ?? null, JSON.stringify(rows)];
    if (key === undefined) {
      await this.#storage.write([{ sql: insert, params }]);
      return null;
    }
    const [claimed] = await this.#storage.write([
      {
        sql: `INSERT INTO idempotency_keys (key, digest, subject, at) VALUES (?, ?, ?, ?)
              ON CONFLICT (key) DO UPDATE SET digest = excluded.digest, subject = excluded.subject, at = excluded.at
              WHERE idempotency_keys.at < ?`,
        params: [key.key, key.digest, subject, at, at - KEY_LIFE_MS],
      },
      {
        sql: `${insert} WHERE EXISTS (SELECT 1 FROM idempotency_keys WHERE key = ? AND subject = ?)`,
        params: [...params, key.key, subject],
      },
    ]);
    if (claimed!.changes === 1) return null;
    const [known] = await this.#storage.read<KnownKey>({
      sql: 'SELECT digest, subject FROM idempotency_keys WHERE key = ?',
      params: [key.key],
    });
    // Given back in this moment: the next one to come takes it.
    return known ?? this.accept({ owner, at, requests, ...(batch === undefined ? {} : { batch }), key });
  }

  async find(id: string): Promise<AcceptedRequest | undefined> {
    const [row] = await this.#select('WHERE id = ?', [id]);
    return row;
  }

  /** Newest first. */
  list({ session, status, tenant, before, limit }: AcceptedFilter): Promise<readonly AcceptedRequest[]> {
    const conditions: [string, SqlValue | undefined][] = [
      ['session = ?', session],
      ['status = ?', status === 'processing' ? undefined : status],
      ['seq < ?', before],
      ["(request ->> 'tenant' IS NULL OR request ->> 'tenant' = ?)", tenant],
    ];
    const given = conditions.filter(([, value]) => value !== undefined);
    const open = status === 'processing' ? ['status IS NULL'] : [];
    const all = [...given.map(([sql]) => sql), ...open];
    const where = all.length === 0 ? '' : `WHERE ${all.join(' AND ')}`;
    return this.#select(`${where} ORDER BY seq DESC LIMIT ?`, [...given.map(([, value]) => value!), limit]);
  }

  /** The requests of a batch job, in the order in which they were given. */
  ofBatch(batch: string): Promise<readonly AcceptedRequest[]> {
    return this.#select('WHERE batch = ? ORDER BY position', [batch]);
  }

  /** Open requests of other owners, oldest first: whoever finds their owner dead may take them over. */
  openOfOthers(owner: string): Promise<readonly AcceptedRequest[]> {
    return this.#select('WHERE status IS NULL AND owner <> ? ORDER BY seq', [owner]);
  }

  /** Makes `toOwner` the owner if it is still `fromOwner`; of several that try, exactly one gets true. */
  async take(id: string, fromOwner: string, toOwner: string): Promise<boolean> {
    const sql = 'UPDATE accepted_requests SET owner = ? WHERE id = ? AND owner = ? AND status IS NULL';
    const [result] = await this.#storage.write([{ sql, params: [toOwner, id, fromOwner] }]);
    return result!.changes === 1;
  }

  /** Forgets keys that are too old, and of the ended requests without a key all but the latest `kept`. */
  async sweep(now: number, kept: number): Promise<void> {
    await this.#storage.write([
      { sql: 'DELETE FROM idempotency_keys WHERE at < ?', params: [now - KEY_LIFE_MS] },
      {
        sql: `DELETE FROM accepted_requests WHERE status IS NOT NULL
                AND seq <= (SELECT max(seq) FROM accepted_requests) - ?
                AND (key IS NULL OR NOT EXISTS (SELECT 1 FROM idempotency_keys k WHERE k.key = accepted_requests.key))`,
        params: [kept],
      },
    ]);
  }

  async #select(rest: string, params: readonly SqlValue[]): Promise<readonly AcceptedRequest[]> {
    const rows = await this.#storage.read<Row>({ sql: `${SELECT} ${rest}`, params });
    return rows.map(({ id, request, accepted_at, ...row }) => ({
      ...row,
      acceptedAt: accepted_at,
      request: fromStoredJson<PromptRequest>(this.#storage.location, `accepted request ${id}`, request),
    }));
  }
}

/**
 * Records the outcome of an accepted request; for use in one atomic write with its other effects. Changes nothing when
 * it has one already, or another owner has taken it over.
 */
export function settledStatement(id: string, owner: string, status: string, outcomeJson: string): Statement {
  return {
    sql: 'UPDATE accepted_requests SET status = ?, outcome = ? WHERE id = ? AND owner = ? AND status IS NULL',
    params: [status, outcomeJson, id, owner],
  };
}

/** Gives a key back: what it stood for was not even tried, so it may be tried with the same key. */
export function keyReleaseStatement(key: string, subject: string): Statement {
  return { sql: 'DELETE FROM idempotency_keys WHERE key = ? AND subject = ?', params: [key, subject] };
}
