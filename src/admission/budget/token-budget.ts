import { RollingSum } from '../../primitives/rolling-sum.ts';

export interface TokenBudgetOptions {
  /** Estimated tokens of one request, at most. Absent: any number. */
  readonly maxPerRequest?: number | undefined;
  /** Tokens within any `periodMs`, at most. Absent: any number. */
  readonly maxPerPeriod?: number | undefined;
  /** Milliseconds over which `maxPerPeriod` counts. Default an hour. */
  readonly periodMs?: number | undefined;
}

/** What a reservation came to. */
export type BudgetDecision =
  | { readonly kind: 'reserved' }
  | { readonly kind: 'refused'; readonly limit: 'request' }
  /** `retryAfterMs`: when the same would fit if nobody else asks; absent when it never will. */
  | { readonly kind: 'refused'; readonly limit: 'period'; readonly retryAfterMs: number | undefined };

const RESERVED: BudgetDecision = { kind: 'reserved' };
const TOO_LARGE: BudgetDecision = { kind: 'refused', limit: 'request' };

/**
 * Tokens that may be used, each request's estimate reserved before it is sent and settled with what it really took.
 * What is used and what is reserved together never exceed the period's limit at a reservation, so requests that run at
 * the same time overshoot it only by what their estimates were too low. Times are monotonic milliseconds.
 */
export class TokenBudget {
  readonly maxPerRequest: number;
  readonly maxPerPeriod: number;
  /** Estimates of requests that are on their way. */
  reserved = 0;
  allowed = 0;
  refused = 0;
  private readonly used: RollingSum;

  constructor(options: TokenBudgetOptions) {
    this.maxPerRequest = options.maxPerRequest ?? Number.POSITIVE_INFINITY;
    this.maxPerPeriod = options.maxPerPeriod ?? Number.POSITIVE_INFINITY;
    this.used = new RollingSum(options.periodMs ?? 3_600_000);
  }

  /** Reserves `estimate` tokens if they fit; otherwise nothing changes but the count of refusals. */
  reserve(now: number, estimate: number): BudgetDecision {
    const decision = this.judge(now, estimate);
    if (decision.kind === 'reserved') {
      this.allowed++;
      this.reserved += estimate;
    } else this.refused++;
    return decision;
  }

  /** Gives an estimate back and books what was really used, which may be nothing. */
  settle(now: number, estimate: number, actual: number): void {
    this.reserved -= estimate;
    if (actual > 0) this.used.add(now, actual);
  }

  /** Tokens used within the period that ends now. */
  usedTokens(now: number): number {
    return this.used.total(now);
  }

  /** Share of requests that were refused, 0…1. */
  get refusalRate(): number {
    const asked = this.allowed + this.refused;
    return asked === 0 ? 0 : this.refused / asked;
  }

  private judge(now: number, estimate: number): BudgetDecision {
    if (estimate > this.maxPerRequest) return TOO_LARGE;
    const most = this.maxPerPeriod - this.reserved - estimate;
    if (this.used.total(now) <= most) return RESERVED;
    // While others are on their way nobody knows what they will leave: the next slot is worth another look.
    const fits = estimate <= this.maxPerPeriod;
    return {
      kind: 'refused',
      limit: 'period',
      retryAfterMs: fits ? this.used.waitMs(now, Math.max(most, 0)) || this.used.windowMs / 60 : undefined,
    };
  }
}
