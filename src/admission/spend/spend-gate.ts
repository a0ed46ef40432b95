import { OrchestratorError, toOrchestratorError } from '../../core/errors.ts';
import type { Job } from '../../core/job.ts';
import { dollarText, type Picodollars, toDollars } from '../../core/money.ts';
import type { PromptRequest } from '../../core/request.ts';
import { Reservation, type Ticket } from '../../core/reservation.ts';
import { estimateMessageTokens } from '../../core/tokens.ts';
import { RollingWindow } from '../../primitives/rolling-window.ts';
import type { Check, Refusal, Report } from '../admission.ts';
import type { Ledger } from './ledger.ts';
import { costOf } from './price.ts';
import type { SharedAccount } from './shared-account.ts';

/** Whether a request may still be sent: `later` when it depends on what those on their way will cost. */
export type Affordable = 'yes' | 'later' | 'no';

/** Somebody who may answer, and the model it would be asked for. */
export interface Offer {
  readonly provider: string;
  readonly model: string;
}

/** Who may answer a request: one of them, or all at once. At least one. */
export interface Offers {
  readonly together: boolean;
  readonly each: readonly Offer[];
}

export interface SpendGateParts {
  readonly ledger: Ledger;
  readonly report: Report;
  /** Who may answer a request for this model, or for none. */
  readonly offers: (model?: string) => Offers;
  /** Tokens that an answer may have when its request does not say; 0 when nobody does. */
  readonly defaultMaxTokens: number;
  /** Tokens of an answer that nobody limits, while none is known. */
  readonly answerTokens: number;
  /** Where the limit is not of this process alone. */
  readonly account?: SharedAccount | undefined;
}

/** What a request may cost. */
interface Estimate {
  /** At the cheapest who may answer, with the longest answer it asks for; one of usual length where nobody limits it. */
  readonly sure: Picodollars;
  /** At the dearest, with an answer as long as nearly all are, where nobody limits it. */
  readonly likely: Picodollars;
}

/** Answers that are looked back at, and how many of a hundred are not longer than what is reckoned with. */
const ANSWERS = 50;
const QUANTILE = 0.95;
/** After so many milliseconds it is worth another look whether those on their way have left something. */
const LOOK_MS = 1000;

/**
 * The spend limit at the entry. What is spent and what a request will usually cost must stay within it, and so must what
 * those on their way will likely cost. So the limit is overshot at most by what answers on their way are longer than that,
 * by the first of all, of which nobody knows how long it will be, and not at all where `max_tokens` limits them; and by
 * what a provider in reserve costs more than the one that was to answer a request that went alone.
 *
 * A limit that several processes share is kept in the store: there, a request is let in once its reservation is written.
 * One that surely does not fit is refused at once.
 */
export class SpendGate {
  readonly limit: Picodollars;
  reserved: Picodollars = 0n;
  refused = 0;
  private readonly parts: SpendGateParts;
  /** Requests on their way for which something may be set aside. */
  private open = 0;
  /** What was set aside for requests that are about to be submitted, by their ids. */
  private readonly promised = new Map<string, Ticket>();
  private readonly answers = new RollingWindow(ANSWERS);

  constructor(limit: Picodollars, parts: SpendGateParts) {
    this.limit = limit;
    this.parts = parts;
  }

  readonly check: Check = (job) => {
    const { account, ledger } = this.parts;
    // While nobody is paid nothing is spent.
    if (account === undefined && !ledger.active) return null;
    const promised = this.promised.get(job.request.id);
    if (promised !== undefined) {
      this.promised.delete(job.request.id);
      this.hold(job, promised.amount, promised);
      return null;
    }
    const estimate = this.estimate(job.request);
    if (this.judge(estimate) !== 'yes') return this.refuse(job, estimate);
    if (account === undefined) {
      this.hold(job, estimate.likely, null);
      return null;
    }
    let gone = false;
    const answer = account.reserve(estimate.sure, estimate.likely).then(
      (ticket) => {
        if (ticket === null) return gone ? null : this.refuse(job, estimate);
        if (gone) account.release(ticket);
        else this.hold(job, ticket.amount, ticket);
        return null;
      },
      // Nobody knows whether it fits: what can't be counted is not spent.
      (thrown): Refusal => ({ status: 'limited', error: toOrchestratorError(thrown, 'storage_failed') }),
    );
    const abandoned = (): void => {
      gone = true;
    };
    return { status: 'ask', answer, abandoned };
  };

  /**
   * Whether a request may be sent now. Where the limit is shared `yes` means that the money is set aside for the request of
   * this id, until it is submitted; rejects with `storage_failed`.
   */
  affordable(request: PromptRequest): Affordable | Promise<Affordable> {
    const { account } = this.parts;
    const estimate = this.estimate(request);
    const judged = this.judge(estimate);
    if (account === undefined || judged === 'no') return judged;
    return account.reserve(estimate.sure, estimate.likely).then((ticket) => {
      if (ticket === null) return this.judge(estimate) === 'no' ? 'no' : 'later';
      this.promised.set(request.id, ticket);
      return 'yes';
    });
  }

  /** A request has ended: its reservation is free again. What it cost, the ledger knows. */
  settle(job: Job): void {
    if (this.open === 0) return;
    const { reservation } = job;
    if (reservation === null || reservation.money === null) return;
    const { money, ticket } = reservation;
    reservation.money = null;
    this.open--;
    this.reserved -= money;
    if (ticket !== null) this.parts.account?.release(ticket);
    for (const { output } of job.notes?.spent?.rows ?? []) this.answers.record(output);
  }

  private hold(job: Job, amount: Picodollars, ticket: Ticket | null): void {
    job.reservation ??= new Reservation();
    job.reservation.money = amount;
    job.reservation.ticket = ticket;
    this.open++;
    this.reserved += amount;
  }

  private judge({ sure, likely }: Estimate): Affordable {
    const { ledger, account } = this.parts;
    // The store decides on the rest.
    if (account !== undefined) return this.exceeds(account.state.spent, sure) ? 'no' : 'yes';
    if (this.exceeds(ledger.total, sure)) return 'no';
    return this.open > 0 && ledger.total + this.reserved + likely > this.limit ? 'later' : 'yes';
  }

  /** A limit that is used up to the last cent lets nothing more in, be its price unknown. */
  private exceeds(spent: Picodollars, sure: Picodollars): boolean {
    return spent >= this.limit || spent + sure > this.limit;
  }

  private estimate({ messages, model, parameters }: PromptRequest): Estimate {
    const { ledger, offers, defaultMaxTokens, answerTokens } = this.parts;
    const { together, each } = offers(model);
    const prices = each.map((offer) => ledger.price(offer.provider, offer.model));
    const asked = parameters?.max_tokens ?? defaultMaxTokens;
    const input = estimateMessageTokens(messages);
    const [usual, long] = asked > 0 ? [asked, asked] : this.answers.count === 0 ? [0, answerTokens] : this.lengths;
    /** At each of them; nothing where nobody knows the price. */
    const costs = (output: number): readonly Picodollars[] =>
      prices.map((price) => (price === null ? 0n : costOf(price, { input, output, cacheRead: 0, cacheWrite: 0 })));
    if (together) return { sure: sum(costs(usual)), likely: sum(costs(long)) };
    return {
      sure: costs(usual).reduce((least, cost) => (cost < least ? cost : least)),
      likely: costs(long).reduce((most, cost) => (cost > most ? cost : most)),
    };
  }

  /** Tokens of a usual answer, and of a long one. */
  private get lengths(): readonly [usual: number, long: number] {
    return [this.answers.quantile(0.5), this.answers.quantile(QUANTILE)];
  }

  private refuse(job: Job, { sure, likely }: Estimate): Refusal {
    const { account, ledger, report } = this.parts;
    const { spent, held } = account?.state ?? { spent: ledger.total, held: this.reserved };
    // It would fit if it were not for others on their way: they may leave something.
    const crowded = !this.exceeds(spent, sure);
    const reset = crowded ? LOOK_MS : sure <= this.limit ? (account?.resetMs ?? null) : null;
    const param = 'token_budget.max_spend_usd';
    this.refused++;
    report('admission.limited', { id: job.id, limit: param, retry_after_ms: reset });
    const [total, reserved, limit, more] = [spent, held, this.limit, crowded ? likely : sure].map((one) =>
      dollarText(toDollars(one)),
    );
    const whose = account === undefined ? '' : account.scope === 'day' ? ' today (UTC)' : ' by all who share the data';
    return {
      status: 'limited',
      error: new OrchestratorError(
        'spend_limit_reached',
        `${total} of ${limit} are spent${whose} and ${reserved} reserved; the request may cost ${more} (${param}).`,
        { param, ...(reset === null ? {} : { retryAfterMs: reset }) },
      ),
    };
  }
}

const sum = (costs: readonly Picodollars[]): Picodollars => costs.reduce((total, cost) => total + cost, 0n);
