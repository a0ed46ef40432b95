import type { SpendGroup } from '../core/spend-groups.ts';
import type { Statement, Storage } from './contract.ts';

/** One line of the ledger, as it is stored. Money is in picodollars. */
export interface SpendRow {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly requestId: string;
  readonly session: string | null;
  readonly tenant: string | null;
  readonly provider: string;
  readonly model: string;
  /** `model`, or where a reused answer came from. */
  readonly source: string;
  /** Its number among the rows of its request, from 0. */
  readonly attempt: number;
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly estimated: boolean;
  /** Null when the price was not known. */
  readonly cost: bigint | null;
  readonly saved: bigint;
}

export interface SpendSum {
  /** Name of the group; null for rows that belong to none. */
  readonly name: string | null;
  readonly requests: number;
  /** Attempts at providers. */
  readonly attempts: number;
  readonly input: number;
  readonly output: number;
  readonly cost: bigint;
  readonly saved: bigint;
  /** Attempts whose price was not known. */
  readonly unpriced: number;
}

/** Rows that are kept; the oldest leave first. At a few hundred bytes each, some 200 MB. */
const KEPT_ROWS = 1_000_000;

const COLUMN: Readonly<Record<SpendGroup, string>> = {
  model: 'model',
  provider: 'provider',
  session: 'session',
  tenant: 'tenant',
  // In UTC, so that a day is the same on every machine.
  day: "date(at / 1000, 'unixepoch')",
};

export function spendInsert(row: SpendRow): Statement {
  return {
    sql: `INSERT INTO spend (at, request_id, session, tenant, provider, model, source, attempt, input_tokens,
            output_tokens, cache_read_tokens, cache_write_tokens, estimated, cost, saved)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    params: [
      row.at,
      row.requestId,
      row.session,
      row.tenant,
      row.provider,
      row.model,
      row.source,
      row.attempt,
      row.input,
      row.output,
      row.cacheRead,
      row.cacheWrite,
      row.estimated ? 1 : 0,
      row.cost,
      row.saved,
    ],
  };
}

/** The ledger of a data directory. */
export class SpendStore {
  private readonly storage: Storage;

  constructor(storage: Storage) {
    this.storage = storage;
  }

  /** Sums of the rows since a time (milliseconds since the epoch), the most expensive group first; days in their order. */
  async sums(by: SpendGroup, since = 0): Promise<readonly SpendSum[]> {
    const rows = await this.storage.read<Omit<SpendSum, 'cost' | 'saved'> & { cost: string; saved: string }>({
      // Money as text: a sum can be larger than a double holds exactly.
      sql: `SELECT ${COLUMN[by]} AS name, count(DISTINCT request_id) AS requests, sum(source = 'model') AS attempts,
              sum(input_tokens) AS input, sum(output_tokens) AS output,
              CAST(coalesce(sum(cost), 0) AS TEXT) AS cost, CAST(sum(saved) AS TEXT) AS saved,
              sum(cost IS NULL) AS unpriced
            FROM spend WHERE at >= ? GROUP BY 1 ORDER BY ${by === 'day' ? '1' : 'sum(cost) DESC, 1'}`,
      params: [since],
    });
    return rows.map((row) => ({ ...row, cost: BigInt(row.cost), saved: BigInt(row.saved) }));
  }

  /** The rows of one request, in their order. */
  async ofRequest(requestId: string): Promise<readonly SpendRow[]> {
    const rows = await this.storage.read<Omit<SpendRow, 'cost' | 'saved' | 'estimated'> & StoredMoney>({
      sql: `SELECT at, request_id AS requestId, session, tenant, provider, model, source, attempt, input_tokens AS input,
              output_tokens AS output, cache_read_tokens AS cacheRead, cache_write_tokens AS cacheWrite, estimated,
              CAST(cost AS TEXT) AS cost, CAST(saved AS TEXT) AS saved
            FROM spend WHERE request_id = ? ORDER BY id`,
      params: [requestId],
    });
    return rows.map((row) => ({
      ...row,
      estimated: row.estimated === 1,
      cost: row.cost === null ? null : BigInt(row.cost),
      saved: BigInt(row.saved),
    }));
  }

  /** Removes what is beyond `kept` rows, the oldest first. */
  async sweep(kept = KEPT_ROWS): Promise<void> {
    await this.storage.write([
      { sql: 'DELETE FROM spend WHERE id <= (SELECT max(id) FROM spend) - ?', params: [kept] },
    ]);
  }
}

interface StoredMoney {
  readonly estimated: number;
  readonly cost: string | null;
  readonly saved: string;
}
