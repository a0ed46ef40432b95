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

/** What a request may cost. */
interface Estimate {
  /** With the longest answer it asks for; without any, where nobody limits it. */
  readonly sure: Picodollars;
  /** With an answer as long as others are, where nobody limits it. */
  readonly likely: Picodollars;
}

/** Tokens of an answer, while none is known. */
const FIRST_GUESS = 256;
/** Answers that the average goes over. */
const AVERAGED = 50;

/**
 * The spend limit at the entry. What is spent and what a request will surely cost must stay within it. So must what those
 * on their way will likely cost; that only keeps too many from being on their way at once, as nobody knows it. So the limit
 * is overshot at most by the answers of requests on their way, and not at all where `max_tokens` limits them.
 */
export class SpendGate {
  readonly limit: Picodollars;
  reserved: Picodollars = 0n;
  refused = 0;
  private readonly parts: SpendGateParts;
  private readonly open = new Map<Job, Picodollars>();
  private answers = 0;
  private meanTokens = FIRST_GUESS;

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
      return { status: 'limited', error: this.error(estimate.sure) };
    }
    this.open.set(job, estimate.likely);
    this.reserved += estimate.likely;
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
    for (const { output } of job.notes?.spent?.rows ?? []) {
      this.answers++;
      this.meanTokens += (output - this.meanTokens) / Math.min(this.answers, AVERAGED);
    }
  }

  private judge({ sure, likely }: Estimate): Affordable {
    const { total } = this.parts.ledger;
    // A limit that is used up to the last cent lets nothing more in, be its price unknown.
    if (total >= this.limit || total + sure > this.limit) return 'no';
    return this.open.size > 0 && total + this.reserved + likely > this.limit ? 'later' : 'yes';
  }

  private estimate({ messages, model, parameters }: PromptRequest): Estimate {
    const { ledger, target, defaultMaxTokens } = this.parts;
    const { provider, model: usual } = target();
    const price = ledger.price(provider, model ?? usual);
    if (price === null) return { sure: 0n, likely: 0n };
    const asked = parameters?.max_tokens ?? defaultMaxTokens;
    const input = estimateMessageTokens(messages);
    const cost = (output: number): Picodollars => costOf(price, { input, output, cacheRead: 0, cacheWrite: 0 });
    const sure = cost(asked);
    return { sure, likely: asked > 0 ? sure : cost(Math.ceil(this.meanTokens)) };
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
