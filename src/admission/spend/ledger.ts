import type { Attempt } from '../../core/attempt.ts';
import type { Call } from '../../core/call.ts';
import type { Clock } from '../../core/clock.ts';
import type { Job } from '../../core/job.ts';
import { type Picodollars, toDollars } from '../../core/money.ts';
import type { AnswerSource } from '../../core/outcome.ts';
import type { PromptRequest } from '../../core/request.ts';
import { type AttemptCost, type Consumption, consumptionOf, Spent } from '../../core/spent.ts';
import { costOf, type ModelPrice } from './price.ts';
import type { PriceList, Seller } from './price-list.ts';
import type { SharedSpendPicture } from './shared-account.ts';
import { Sums } from './sums.ts';

/** One line of the ledger. */
export interface LedgerRow extends AttemptCost {
  readonly request: PromptRequest;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Its number among the rows of its request, from 0. */
  readonly attempt: number;
  /** `model`, or where an answer came from that cost nothing. */
  readonly source: AnswerSource;
  /** What a reused answer would have cost. */
  readonly saved: Picodollars;
}

/** What a ledger needs to know of the one attempt it books. */
export interface MeteredAttempt extends Attempt {
  readonly call: Call;
  /** What its own provider has said: attempts may run side by side. */
  readonly said: string;
}

/** Counts what the attempts at one provider cost. */
export interface Meter {
  /** Resolves once prices are known; nothing to wait for when they are. */
  load(): Promise<void> | undefined;
  /** The price of a model; null when it is not known, or not known yet. */
  price(model: string): ModelPrice | null;
  /** An attempt begins; the returned function books it, once, whoever calls it first. */
  open(attempt: MeteredAttempt): () => void;
}

export interface LedgerParts {
  readonly prices: PriceList;
  readonly clock: Clock;
  /** Takes rows to where they last. */
  readonly write: (rows: readonly LedgerRow[]) => void;
  readonly onBooked: (request: PromptRequest, cost: AttemptCost) => void;
  /** A model was asked whose price nobody knows; once a model. */
  readonly onUnpriced: (provider: string, model: string) => void;
}

/** Spend as the snapshot shows it; US dollars. */
export interface SpendPicture {
  readonly total_usd: number;
  /** Null without a limit. */
  readonly limit_usd: number | null;
  /** Estimates of requests on their way. */
  readonly reserved_usd: number;
  /** What reused answers would have cost. */
  readonly saved_usd: number;
  /** Attempts whose price nobody knows. */
  readonly unpriced: number;
  /** Requests that were refused because of the limit. */
  readonly refused: number;
  /** Where the limit is not of this process alone. */
  readonly shared?: SharedSpendPicture;
  readonly by_provider: Readonly<Record<string, number>>;
  readonly by_model: Readonly<Record<string, number>>;
  /** Spent in each of the last 60 seconds, oldest first. */
  readonly history: readonly number[];
}

const NOTHING: Consumption = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, estimated: false };

/**
 * The books: a row for each attempt that used something, be it in vain. Rows sum up to the total, exactly, and those of a
 * request to what its outcome says.
 */
export class Ledger {
  total: Picodollars = 0n;
  saved: Picodollars = 0n;
  unpriced = 0;
  readonly sums: Sums;
  private readonly parts: LedgerParts;
  private readonly sellers = new Map<string, Seller>();
  private readonly strangers = new Set<string>();

  constructor(parts: LedgerParts) {
    this.parts = parts;
    this.sums = new Sums(parts.clock);
  }

  /** Whether any provider is paid. */
  get active(): boolean {
    return this.sellers.size > 0;
  }

  /** The meter of a provider that is paid. */
  meter(provider: string, seller: Seller): Meter {
    this.sellers.set(provider, seller);
    const { prices } = this.parts;
    return {
      load: () => (prices.ready(seller) ? undefined : prices.load()),
      price: (model) => this.price(provider, model),
      open: (attempt) => this.open(provider, seller, attempt),
    };
  }

  /** The price of a model at a provider; null when it is not known, or not known yet. */
  price(provider: string, model: string): ModelPrice | null {
    const seller = this.sellers.get(provider);
    return seller === undefined ? null : this.parts.prices.price(seller, model, this.parts.clock.wall());
  }

  /** A request has ended: what is still on its way for it is booked as far as it has come, and its rows are written. */
  settle(job: Job): void {
    const spent = job.notes?.spent;
    if (spent !== undefined) {
      spent.closeAll();
      this.write(spent, job.request);
    }
    if (job.answeredFrom !== null && job.ended === 'completed') this.reused(job, job.answeredFrom);
  }

  private open(provider: string, seller: Seller, attempt: MeteredAttempt): () => void {
    const { call } = attempt;
    const spent = call.notes?.spent ?? new Spent();
    // Copied, also where there was nothing before. Notes are kept for a while, so V8 would make those of a literal among the old
    // objects, with all that is made here for them: `close` would keep its request until the next full collection.
    if (call.notes?.spent === undefined) call.notes = { ...call.notes, spent };
    const close = (): void => {
      if (!spent.close(close)) return;
      const error = attempt.error ?? (call.ended === null || call.ended === 'completed' ? null : call.error);
      const used = consumptionOf(attempt, attempt.said, error);
      if (used === null) return;
      const { prices } = this.parts;
      const book = (): void => {
        this.book(spent, provider, seller, attempt.model, used, call.request);
        // Nobody settles it any more: its request has ended before.
        if (call.ended !== null) this.write(spent, call.request);
      };
      if (prices.ready(seller)) return book();
      // Cancelled before the list was there: its outcome does not know what it has cost, the books will.
      spent.pending++;
      void prices.load()?.then(() => {
        spent.pending--;
        book();
      });
    };
    spent.begin(close);
    return close;
  }

  private book(
    spent: Spent,
    provider: string,
    seller: Seller,
    model: string,
    used: Consumption,
    request: PromptRequest,
  ): void {
    const { prices, clock, onBooked } = this.parts;
    const price = prices.price(seller, model, clock.wall());
    const cost = price === null ? null : costOf(price, used);
    const { input, output, cacheRead, cacheWrite, estimated } = used;
    const row = { input, output, cacheRead, cacheWrite, estimated, provider, model, cost };
    spent.rows.push(row);
    if (cost === null) this.stranger(provider, model);
    else {
      this.total += cost;
      this.sums.add(provider, model, cost);
    }
    onBooked(request, row);
  }

  private stranger(provider: string, model: string): void {
    this.unpriced++;
    const name = `${provider}\n${model}`;
    if (this.strangers.has(name) || this.strangers.size >= 1000) return;
    this.strangers.add(name);
    this.parts.onUnpriced(provider, model);
  }

  private reused(job: Job, source: AnswerSource): void {
    const price = this.price(job.provider ?? '', job.model);
    const usage = job.usage;
    if (price === null || usage === null) return;
    const saved = costOf(price, {
      input: usage.input_tokens,
      output: usage.output_tokens,
      cacheRead: usage.cache_read_tokens ?? 0,
      cacheWrite: usage.cache_write_tokens ?? 0,
    });
    if (saved === 0n) return;
    this.saved += saved;
    const { provider, model, request } = job;
    const at = this.parts.clock.wall();
    this.parts.write([{ ...NOTHING, provider: provider!, model, cost: 0n, saved, source, request, at, attempt: 0 }]);
  }

  private write(spent: Spent, request: PromptRequest): void {
    if (spent.written === spent.rows.length) return;
    const at = this.parts.clock.wall();
    const rows: LedgerRow[] = [];
    for (let attempt = spent.written; attempt < spent.rows.length; attempt++) {
      rows.push({ ...spent.rows[attempt]!, request, attempt, at, source: 'model', saved: 0n });
    }
    spent.written = spent.rows.length;
    this.parts.write(rows);
  }

  /** Pictures of providers, with what those that are paid have cost. */
  priced<Picture extends object>(
    pictures: Readonly<Record<string, Picture>>,
  ): Readonly<Record<string, Picture & { readonly cost_usd?: number }>> {
    return Object.fromEntries(
      Object.entries(pictures).map(([name, picture]) => [
        name,
        this.sellers.has(name) ? { ...picture, cost_usd: this.sums.ofProvider(name) } : picture,
      ]),
    );
  }

  /** The books as the snapshot shows them, without the limit. */
  read(): Omit<SpendPicture, 'limit_usd' | 'reserved_usd' | 'refused' | 'shared'> {
    return {
      total_usd: toDollars(this.total),
      saved_usd: toDollars(this.saved),
      unpriced: this.unpriced,
      ...this.sums.read(),
    };
  }
}
