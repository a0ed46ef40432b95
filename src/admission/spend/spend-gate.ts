import { OrchestratorError } from '../../core/errors.ts';
import type { Job } from '../../core/job.ts';
import { dollarText, type Picodollars, toDollars } from '../../core/money.ts';
import type { PromptRequest } from '../../core/request.ts';
import { estimateMessageTokens } from '../../core/tokens.ts';
import type { Check, Report } from '../admission.ts';
import type { Ledger } from './ledger.ts';
import { costOf } from './price.ts';

/** Whether a request may still be sent: `later` when it depends on what those on their way will cost. */
export type Affordable = 'yes' | 'later' | 'no';

export interface SpendGateParts {
  readonly ledger: Ledger;
  readonly report: Report;
  /** Who would answer a request that names no model, and with which. */
  readonly target: () => { readonly provider: string; readonly model: string };
  /** Tokens that an answer may have when its request does not say; 0 when nobody does. */
  readonly defaultMaxTokens: number;
}

/**
 * The spend limit at the entry. What is spent, what is reserved and the request's own estimate must stay within it, so it
 * is overshot at most by what the estimates of requests on their way were too low: their answers, where nobody limits them.
 */
export class SpendGate {
  readonly limit: Picodollars;
  reserved: Picodollars = 0n;
  refused = 0;
  private readonly parts: SpendGateParts;
  private readonly open = new Map<Job, Picodollars>();

  constructor(limit: Picodollars, parts: SpendGateParts) {
    this.limit = limit;
    this.parts = parts;
  }

  readonly check: Check = (job) => {
    const estimate = this.estimate(job.request);
    if (this.judge(estimate) !== 'yes') {
      this.refused++;
      const limit = 'token_budget.max_spend_usd';
      this.parts.report('admission.limited', { id: job.id, limit, retry_after_ms: null });
      return { status: 'limited', error: this.error(estimate) };
    }
    this.open.set(job, estimate);
    this.reserved += estimate;
    return null;
  };

  affordable(request: PromptRequest): Affordable {
    return this.judge(this.estimate(request));
  }

  /** A request has ended: its reservation is free again. What it cost, the ledger knows. */
  settle(job: Job): void {
    const estimate = this.open.get(job);
    if (estimate === undefined) return;
    this.open.delete(job);
    this.reserved -= estimate;
  }

  private judge(estimate: Picodollars): Affordable {
    const { total } = this.parts.ledger;
    // A limit that is used up to the last cent lets nothing more in, be its price unknown.
    if (total >= this.limit || total + estimate > this.limit) return 'no';
    return total + this.reserved + estimate > this.limit ? 'later' : 'yes';
  }

  private estimate({ messages, model, parameters }: PromptRequest): Picodollars {
    const { ledger, target, defaultMaxTokens } = this.parts;
    const { provider, model: usual } = target();
    const price = ledger.price(provider, model ?? usual);
    if (price === null) return 0n;
    const output = parameters?.max_tokens ?? defaultMaxTokens;
    return costOf(price, { input: estimateMessageTokens(messages), output, cacheRead: 0, cacheWrite: 0 });
  }

  private error(estimate: Picodollars): OrchestratorError {
    const [total, reserved, limit, more] = [this.parts.ledger.total, this.reserved, this.limit, estimate].map((sum) =>
      dollarText(toDollars(sum)),
    );
    return new OrchestratorError(
      'spend_limit_reached',
      `${total} of ${limit} are spent and ${reserved} reserved; the request may cost ${more} (token_budget.max_spend_usd).`,
      { param: 'token_budget.max_spend_usd' },
    );
  }
}
