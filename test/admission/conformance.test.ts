import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SessionBudget } from '../../src/admission/budget/session-budget.ts';
import { TokenBudget } from '../../src/admission/budget/token-budget.ts';
import { RateLimiter } from '../../src/admission/rates/rate-limiter.ts';
import { costOf, pricePer1k } from '../../src/admission/spend/price.ts';
import { toDollars } from '../../src/core/money.ts';
import { estimateTokens } from '../../src/core/tokens.ts';

// The priorities' cases are run where the queues are (test/pipeline/conformance.test.ts).
interface Case {
  readonly area: string;
  readonly given: Readonly<Record<string, number>>;
  readonly when: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: each area has fields of its own
  readonly then: any;
}

const cases = readFileSync(new URL('../conformance/limits.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Case);

const check: Readonly<Record<string, (one: Case) => void>> = {
  rate_limit_window({ given, then }) {
    const { max = 0, window_s = 0 } = given;
    const limiter = new RateLimiter({ session: { perS: max / window_s, burst: max } }, 0);
    const session = 's';
    const allowed = (then.allowed as boolean[]).map(() => limiter.tryAcquire(0, { session }) === null);
    expect(allowed).toEqual(then.allowed);
    if (then.usage === undefined) return;
    const { remaining, capacity } = limiter.level(0, { session }).per_session!;
    expect({ used: capacity - remaining, remaining }).toEqual(then.usage);
  },

  session_budget({ given, when, then }) {
    const budget = new SessionBudget({ soft: given['soft'], hard: given['hard'] });
    expect((when as number[]).map((tokens) => budget.spend(tokens))).toEqual(then.results);
    expect(budget.used).toBe(then.used);
  },

  token_budget({ given, when, then }) {
    const budget = new TokenBudget({ maxPerRequest: given['max_per_request'] });
    for (const text of when as string[]) budget.reserve(0, estimateTokens(text));
    expect({ allowed: budget.allowed, rejected: budget.refused, rejection_rate: budget.refusalRate }).toEqual(then);
  },

  cost_tracker({ given, then }) {
    const price = (perK: number) =>
      ({ input: pricePer1k(perK), output: pricePer1k(perK), source: 'configured' }) as const;
    const tokens = { input: 25 * 20, output: 0, cacheRead: 0, cacheWrite: 0 };
    const [local, cloud] = [given['local_per_1k']!, given['cloud_per_1k']!].map((perK) => costOf(price(perK), tokens));
    const [actual, baseline] = [local! + cloud!, cloud! * 2n];
    expect({
      actual_usd: toDollars(actual),
      baseline_usd: toDollars(baseline),
      savings_usd: toDollars(baseline - actual),
      savings_pct: Number(((baseline - actual) * 10_000n) / baseline) / 100,
    }).toEqual(then);
  },
};

test.each(cases)('$area $given', (one) => check[one.area]!(one));
