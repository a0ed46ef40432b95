import type { Clock } from '../../core/clock.ts';
import { type Picodollars, toDollars } from '../../core/money.ts';
import type { Ticket } from '../../core/reservation.ts';
import type { Statement, Storage } from '../../storage/contract.ts';
import { isOwnerDead } from '../../storage/owners.ts';
import { type AccountState, SpendAccounts, spentStatement } from '../../storage/spend-accounts.ts';

/** Whose spend a limit counts: that of the processes that run over a data directory at a time, or all of it in a day (UTC). */
export type SharedScope = 'directory' | 'day';

export interface SharedAccountOptions {
  readonly storage: Storage;
  /** This process, as `claimOwnership` has recorded it. */
  readonly owner: string;
  readonly scope: SharedScope;
  readonly limit: Picodollars;
  readonly clock: Clock;
  /** The store failed where nobody waits for it. */
  readonly onFailure: (thrown: unknown) => void;
}

/** What everybody together has spent, as of the latest look; US dollars. */
export interface SharedSpendPicture {
  readonly scope: SharedScope;
  readonly total_usd: number;
  /** Set aside for requests on their way. */
  readonly reserved_usd: number;
}

const DAY_MS = 86_400_000;
/** Between two looks for members that have died, milliseconds. */
const LOOK_MS = 1000;

/**
 * What a spend limit allows all processes that share a data directory. Every request sets aside what it may cost in the
 * store before it is sent, and gives it back when its cost is booked there, so the sum holds across processes, and what a
 * process had on its way when it died is charged by the next one that looks.
 */
export class SharedAccount {
  readonly scope: SharedScope;
  readonly limit: Picodollars;
  readonly storage: Storage;
  private known: AccountState & { readonly account: string } = { account: '', spent: 0n, held: 0n };
  private readonly accounts: SpendAccounts;
  private readonly options: SharedAccountOptions;
  private lookedAt = Number.NEGATIVE_INFINITY;

  private constructor(options: SharedAccountOptions) {
    this.options = options;
    this.scope = options.scope;
    this.limit = options.limit;
    this.storage = options.storage;
    this.accounts = new SpendAccounts(options.storage);
  }

  /** Opens the account or joins those who spend out of it already. */
  static async join(options: SharedAccountOptions): Promise<SharedAccount> {
    const shared = new SharedAccount(options);
    await shared.chargeTheDead();
    await shared.accounts.join(shared.account, options.owner);
    // Of days that are over nobody asks any more; the ledger has their rows.
    if (shared.scope === 'day') await shared.accounts.forgetBefore(shared.account);
    await shared.look();
    return shared;
  }

  /** Milliseconds until what is spent counts no more; null when that is when everybody has ended. */
  get resetMs(): number | null {
    return this.scope === 'day' ? DAY_MS - (this.options.clock.wall() % DAY_MS) : null;
  }

  /**
   * Sets money aside; null when it does not fit. Rejects with `storage_failed`.
   * @param sure what the request costs at the least: that alone must fit while nothing else is on its way
   * @param likely what is set aside
   */
  async reserve(sure: Picodollars, likely: Picodollars): Promise<Ticket | null> {
    const { account, limit } = this;
    const { owner } = this.options;
    const wanted = { account, owner, sure, likely, limit };
    let fits = await this.accounts.reserve(wanted);
    // Those who died may hold what this one needs.
    if (!fits && (await this.chargeTheDead())) fits = await this.accounts.reserve(wanted);
    await this.look();
    return fits ? { account, amount: likely } : null;
  }

  /** Gives back what was set aside. What came of it was booked before. */
  release({ account, amount }: Ticket): void {
    const { owner, onFailure } = this.options;
    // What is seen then is what the snapshot shows until the next request.
    this.accounts
      .release(account, owner, amount)
      .then(() => this.look())
      .catch(onFailure);
  }

  /** Books a cost, in the unit of work that writes its rows. */
  booking(cost: Picodollars): Statement {
    return spentStatement(this.account, cost);
  }

  /** This process spends no more. The account is closed with the last one, or with its day. */
  async leave(): Promise<void> {
    await this.accounts.leave(this.options.owner, this.scope === 'day' ? '' : this.account);
  }

  read(): SharedSpendPicture {
    const { scope, state } = this;
    return { scope, total_usd: toDollars(state.spent), reserved_usd: toDollars(state.held) };
  }

  /** As of the latest answer of the store; of a day that has begun since, nothing is known. */
  get state(): AccountState {
    return this.known.account === this.account ? this.known : { spent: 0n, held: 0n };
  }

  private get account(): string {
    if (this.scope === 'directory') return 'directory';
    return `day ${new Date(this.options.clock.wall()).toISOString().slice(0, 10)}`;
  }

  private async look(): Promise<void> {
    const { account } = this;
    this.known = { account, ...(await this.accounts.state(account)) };
  }

  /** Whether there were any. */
  private async chargeTheDead(): Promise<boolean> {
    const { storage, owner, clock } = this.options;
    if (clock.now() - this.lookedAt < LOOK_MS) return false;
    this.lookedAt = clock.now();
    let found = false;
    for (const other of await this.accounts.owners()) {
      if (other === owner || !(await isOwnerDead(storage, other, { clock }))) continue;
      found = true;
      await this.accounts.charge(other);
    }
    return found;
  }
}
