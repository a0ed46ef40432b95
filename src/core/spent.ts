import type { CachedTokens } from './attempt.ts';
import type { OrchestratorError } from './errors.ts';
import { type Picodollars, toDollars } from './money.ts';
import type { Message } from './request.ts';
import { estimateMessageTokens, estimateTokens } from './tokens.ts';

/** Tokens of one attempt, or of several. */
export interface Consumption {
  /** All of the input, what the provider's cache read and wrote included. */
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  /** A number was estimated because the provider did not say. */
  readonly estimated: boolean;
}

/** What one attempt has cost. */
export interface AttemptCost extends Consumption {
  readonly provider: string;
  readonly model: string;
  /** Null when nobody knows the price of the model. */
  readonly cost: Picodollars | null;
}

const NONE_OPEN: readonly (() => void)[] = [];

/** What the attempts of a call have cost so far. */
export class Spent {
  readonly rows: AttemptCost[] = [];
  /** Rows that were written down. */
  written = 0;
  /** Attempts that have ended, and are booked once prices are known. */
  pending = 0;
  /** Books an attempt that is on its way; and those beside it, which most have none of. */
  private open: (() => void) | null = null;
  private others: readonly (() => void)[] = NONE_OPEN;

  begin(close: () => void): void {
    if (this.open === null) this.open = close;
    else this.others = [...this.others, close];
  }

  /** False for one that was closed before. */
  close(close: () => void): boolean {
    if (this.open === close) {
      this.open = null;
      return true;
    }
    if (!this.others.includes(close)) return false;
    this.others = this.others.filter((other) => other !== close);
    return true;
  }

  /** Books whatever is on its way. */
  closeAll(): void {
    this.open?.();
    for (const close of this.others) close();
  }

  /** The sum; null when a price is not known. */
  get cost(): Picodollars | null {
    if (this.pending > 0) return null;
    let sum = 0n;
    for (const { cost } of this.rows) {
      if (cost === null) return null;
      sum += cost;
    }
    return sum;
  }

  /** The same in US dollars. */
  get dollars(): number | null {
    const { cost } = this;
    return cost === null ? null : toDollars(cost);
  }
}

/** What is known of an attempt, or of a job as one. */
interface Consumer {
  readonly messages: readonly Message[];
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cached: CachedTokens | null;
}

/** Ends after which the provider had the request in hand, so that it was read, and is paid for, even if nothing came. */
const READ: ReadonlySet<string> = new Set([
  'cancelled',
  'interrupted',
  'deadline_exceeded',
  'provider_timeout',
  'provider_incomplete',
  'upstream_midstream',
]);

/** A count of tokens, or -1: a provider that a program brings along may say anything. */
const countOf = (tokens: number | undefined): number => (Number.isSafeInteger(tokens) ? tokens! : -1);

/**
 * What an attempt has used: as the provider counted, or estimated from what it read and wrote. Null for one that failed
 * before the provider did anything.
 * @param estimated what it has read, for who has estimated that before
 */
export function consumptionOf(
  attempt: Consumer,
  text: string,
  error: OrchestratorError | null,
  estimated?: number,
): Consumption | null {
  const { cached } = attempt;
  const inputTokens = countOf(attempt.inputTokens);
  const outputTokens = countOf(attempt.outputTokens);
  const counted = inputTokens >= 0 || outputTokens >= 0;
  if (error !== null && !counted && text === '' && !READ.has(error.code)) return null;
  const input = inputTokens >= 0 ? inputTokens : (estimated ?? estimateMessageTokens(attempt.messages));
  // Some say more of their cache than of the input; the input is the whole.
  const cacheRead = Math.min(Math.max(countOf(cached?.read), 0), input);
  const cacheWrite = Math.min(Math.max(countOf(cached?.write), 0), input - cacheRead);
  return {
    input,
    output: outputTokens >= 0 ? outputTokens : estimateTokens(text),
    cacheRead,
    cacheWrite,
    estimated: inputTokens < 0 || outputTokens < 0,
  };
}

/** What a request has used that is to be counted against a budget: nothing when its answer was there already. */
export function tokensUsed(
  job: Consumer & {
    readonly attempts: number;
    readonly answeredFrom: string | null;
    readonly said: string;
    readonly error: OrchestratorError | null;
    readonly notes: { readonly spent?: Spent } | null;
  },
  estimated?: number,
): number {
  const rows = job.notes?.spent?.rows;
  if (rows !== undefined && rows.length > 0) return rows.reduce((sum, { input, output }) => sum + input + output, 0);
  if (job.attempts === 0 || job.answeredFrom !== null) return 0;
  const used = consumptionOf(job, job.said, job.error, estimated);
  return used === null ? 0 : used.input + used.output;
}
