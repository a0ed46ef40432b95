import type { Clock } from '../../core/clock.ts';
import { messageOf } from '../../core/errors.ts';
import { toDollars } from '../../core/money.ts';
import type { Storage } from '../../storage/contract.ts';
import { type SpendRow, spendInsert } from '../../storage/spend.ts';
import type { Report } from '../admission.ts';
import { Ledger, type LedgerRow } from './ledger.ts';
import { PriceList } from './price-list.ts';
import type { SharedAccount } from './shared-account.ts';

export interface StoredLedgerParts {
  readonly clock: Clock;
  /** Rows are kept there if it lasts; a single prompt's are in memory only. */
  readonly storage?: Storage | undefined;
  readonly prices?: PriceList | undefined;
  /** Where several processes share a spend limit: what is booked is taken out of it, too. */
  readonly account?: SharedAccount | undefined;
  readonly report: Report;
  /** Whether anybody listens to what is booked. */
  readonly heard: (name: 'spend.booked') => boolean;
  readonly warn: (event: string, fields: Record<string, string | number>) => void;
}

/**
 * A ledger whose rows are written to the storage as requests end. They are handed over before the outcome's own record, and
 * so committed with it; nobody waits for them alone, and those of requests without a record are gathered for a moment.
 */
export function createLedger(parts: StoredLedgerParts): Ledger {
  const { clock, storage, prices = new PriceList(), account, report, heard, warn } = parts;
  const kept = storage?.durable === true ? storage : null;
  /** Of the rows that were handed over last; those that are gathered with them share it. */
  let appended: Promise<void> | null = null;
  const watch = (written: Promise<unknown>, { request }: LedgerRow): void => {
    written.catch((thrown) => warn('storage failed', { request: request.id, message: messageOf(thrown) }));
  };
  const append = (row: LedgerRow): void => {
    const written = kept!.append(spendInsert(stored(row)));
    if (written === appended) return;
    appended = written;
    watch(written, row);
  };
  const write = (rows: readonly LedgerRow[]): void => {
    if (account === undefined) {
      if (kept !== null) for (const row of rows) append(row);
      return;
    }
    const statements = kept === null ? [] : rows.map((row) => spendInsert(stored(row)));
    statements.push(account.booking(rows.reduce((sum, { cost }) => sum + (cost ?? 0n), 0n)));
    // A single prompt keeps nothing but what it took out of a limit that is shared.
    watch(account.storage.write(statements, 'soon'), rows[0]!);
  };
  return new Ledger({
    prices,
    clock,
    write,
    onBooked({ id }, { provider, model, cost }) {
      if (!heard('spend.booked')) return;
      report('spend.booked', { id, provider, model, cost_usd: cost === null ? null : toDollars(cost) });
    },
    onUnpriced: (provider, model) => report('spend.unpriced', { provider, model }),
  });
}

function stored(row: LedgerRow): SpendRow {
  const { id: requestId, session = null, tenant = null } = row.request;
  const { at, provider, model, source, attempt, input, output, cacheRead, cacheWrite, estimated, cost, saved } = row;
  // Field by field: a spread of so many costs more than the row itself.
  return {
    at,
    requestId,
    session,
    tenant,
    provider,
    model,
    source,
    attempt,
    input,
    output,
    cacheRead,
    cacheWrite,
    estimated,
    cost,
    saved,
  };
}
