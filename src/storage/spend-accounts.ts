import type { Statement, Storage } from './contract.ts';

/** What several processes have spent out of one account, and what their requests on the way may still cost; picodollars. */
export interface AccountState {
  readonly spent: bigint;
  readonly held: bigint;
}

/** What a request wants to set aside. */
export interface Reservation {
  readonly account: string;
  readonly owner: string;
  /** Must fit into the limit, whatever else is on its way. */
  readonly sure: bigint;
  /** Is set aside; must fit, too, while anything else is. */
  readonly likely: bigint;
  readonly limit: bigint;
}

/** Adds what was paid, in the same unit of work as the rows of the ledger that say for what. */
export function spentStatement(account: string, cost: bigint): Statement {
  return {
    sql: `INSERT INTO spend_accounts (id, spent) VALUES (?, ?)
          ON CONFLICT (id) DO UPDATE SET spent = spent + excluded.spent`,
    params: [account, cost],
  };
}

/**
 * Accounts of money that the processes of a data directory share. What a request may cost is set aside before it is sent, by
 * a statement that looks at the limit and writes in one: so what is spent and set aside never exceeds the limit at a
 * reservation, whoever makes it. What is set aside belongs to an owner, and is charged when that one has died: nobody
 * knows what became of its requests.
 */
export class SpendAccounts {
  private readonly storage: Storage;

  constructor(storage: Storage) {
    this.storage = storage;
  }

  /** Makes an owner one of those who spend out of an account, which is opened if it is not yet. */
  async join(account: string, owner: string): Promise<void> {
    await this.storage.write([
      spentStatement(account, 0n),
      {
        sql: 'INSERT INTO spend_members (account, owner, held) VALUES (?, ?, 0) ON CONFLICT DO NOTHING',
        params: [account, owner],
      },
    ]);
  }

  /** Sets money aside; false, and nothing has changed, when it does not fit. */
  async reserve({ account, owner, sure, likely, limit }: Reservation): Promise<boolean> {
    const [, , result] = await this.storage.write([
      spentStatement(account, 0n),
      // A process that slept so long that it was taken for dead is a member again.
      {
        sql: 'INSERT INTO spend_members (account, owner, held) VALUES (?, ?, 0) ON CONFLICT DO NOTHING',
        params: [account, owner],
      },
      {
        sql: `UPDATE spend_members SET held = held + ?3
              WHERE account = ?1 AND owner = ?2 AND (
                SELECT spent < ?5 AND spent + CASE WHEN total = 0 THEN ?4 ELSE total + ?3 END <= ?5
                FROM spend_accounts, (SELECT sum(held) AS total FROM spend_members WHERE account = ?1)
                WHERE id = ?1)`,
        params: [account, owner, likely, sure, limit],
      },
    ]);
    return result!.changes === 1;
  }

  /** Gives back what was set aside. */
  async release(account: string, owner: string, amount: bigint): Promise<void> {
    await this.storage.write([
      {
        sql: 'UPDATE spend_members SET held = max(held - ?3, 0) WHERE account = ?1 AND owner = ?2',
        params: [account, owner, amount],
      },
    ]);
  }

  async state(account: string): Promise<AccountState> {
    const [row] = await this.storage.read<{ readonly spent: string; readonly held: string }>({
      // As text: a number may be larger than a double holds exactly.
      sql: `SELECT CAST(spent AS TEXT) AS spent,
              CAST((SELECT coalesce(sum(held), 0) FROM spend_members WHERE account = ?1) AS TEXT) AS held
            FROM spend_accounts WHERE id = ?1`,
      params: [account],
    });
    return { spent: BigInt(row?.spent ?? 0), held: BigInt(row?.held ?? 0) };
  }

  /** Everybody who has something set aside, in any account. */
  async owners(): Promise<readonly string[]> {
    const rows = await this.storage.read<{ readonly owner: string }>({
      sql: 'SELECT DISTINCT owner FROM spend_members',
    });
    return rows.map(({ owner }) => owner);
  }

  /** Charges what a dead owner had set aside, once, whoever comes first. */
  async charge(owner: string): Promise<void> {
    await this.storage.write([
      {
        sql: `UPDATE spend_accounts SET spent = spent + (
                SELECT held FROM spend_members WHERE account = spend_accounts.id AND owner = ?1)
              WHERE id IN (SELECT account FROM spend_members WHERE owner = ?1)`,
        params: [owner],
      },
      { sql: 'DELETE FROM spend_members WHERE owner = ?', params: [owner] },
    ]);
  }

  /** Forgets accounts of the same kind (`KIND NAME`) whose names come before this one's, and who have no members. */
  async forgetBefore(account: string): Promise<void> {
    const kind = account.slice(0, account.indexOf(' '));
    await this.storage.write([
      {
        sql: `DELETE FROM spend_accounts
              WHERE id GLOB ? AND id < ? AND NOT EXISTS (SELECT 1 FROM spend_members WHERE account = id)`,
        params: [`${kind} *`, account],
      },
    ]);
  }

  /** The owner is no member of any account any more. The one that is named is closed when nobody else is one. */
  async leave(owner: string, closing: string): Promise<void> {
    await this.storage.write([
      { sql: 'DELETE FROM spend_members WHERE owner = ?', params: [owner] },
      {
        sql: `DELETE FROM spend_accounts
              WHERE id = ? AND NOT EXISTS (SELECT 1 FROM spend_members WHERE account = id)`,
        params: [closing],
      },
    ]);
  }
}
