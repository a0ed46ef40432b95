import type { Clock } from '../core/clock.ts';
import type { Job } from '../core/job.ts';
import { fromDollars, toDollars } from '../core/money.ts';
import { NotingClock } from '../core/noting-clock.ts';
import type { PromptRequest } from '../core/request.ts';
import type { Entrance, Report } from './admission.ts';
import { BudgetGate, type BudgetPicture, type SessionTokens } from './budget/budget-gate.ts';
import { GuardGate, type GuardMode, type GuardPicture } from './guard/gate.ts';
import { PromptGuard } from './guard/guard.ts';
import { RateGate, type RatePicture } from './rates/rate-gate.ts';
import type { Ledger, SpendPicture } from './spend/ledger.ts';
import type { SharedAccount } from './spend/shared-account.ts';
import { type Affordable, type Offers, SpendGate } from './spend/spend-gate.ts';

/** The sections of the configuration that admission goes by. */
export interface AdmissionConfig {
  readonly guard: {
    readonly enabled: boolean;
    readonly mode?: GuardMode | undefined;
    readonly risk_threshold: number;
    readonly flag_threshold: number;
    readonly max_prompt_bytes: number;
    readonly block_oversized: boolean;
    readonly allow: readonly string[];
    readonly model: boolean;
  };
  readonly token_budget: {
    readonly max_tokens_per_request: number;
    readonly max_tokens_per_period: number;
    readonly period_s: number;
    readonly max_tokens_per_session: number;
    readonly max_spend_usd: number;
    readonly answer_tokens: number;
  };
  readonly rate_limits: {
    readonly enabled: boolean;
    readonly requests_per_second: number;
    readonly burst_capacity: number;
    readonly per_model: Readonly<Record<string, number>>;
    readonly per_session?: number | undefined;
    readonly per_tenant?: number | undefined;
  };
  readonly stages: { readonly inference: { readonly max_tokens?: number | undefined } };
}

export interface AdmissionParts {
  readonly clock: Clock;
  readonly report: Report;
  readonly ledger: Ledger;
  /** Where several processes share the spend limit. */
  readonly account?: SharedAccount | undefined;
  /** The guard's mode, where the configuration leaves it to the surface. */
  readonly guardMode: GuardMode;
  /** Who may answer a request for this model, or for none. */
  readonly offers: (model?: string) => Offers;
}

/** The admission section of the snapshot; what is off is absent. */
export interface AdmissionPicture {
  readonly guard?: GuardPicture;
  readonly budget?: BudgetPicture;
  readonly limits?: RatePicture;
}

export interface Admission {
  /**
   * What a request must pass, in order: guard, token budget, spend limit, rate limits. The deadline comes last, in the
   * pipeline. Null when there is nothing to pass.
   */
  readonly admit: Entrance | null;
  /** For text that joins a request later on; null when the guard is off. */
  readonly guard: GuardGate | null;
  /** Null without a token budget. */
  readonly sessionBudgets: SessionTokens | null;
  /** Whether the spend limit would let a request in; where it is shared, `yes` means that the money is set aside for it. */
  readonly affordable: (request: PromptRequest) => Affordable | Promise<Affordable>;
  /** Whether requests must be settled: something is reserved, or somebody is paid. */
  settles(): boolean;
  /** A request has ended: its attempts are booked, and what it reserved is settled. */
  settle(job: Job): void;
  /** Undefined when nothing is checked. */
  read(): AdmissionPicture | undefined;
  /** Undefined when nobody is paid and nothing is limited. */
  spend(): SpendPicture | undefined;
  /** Changes whenever one of these pictures would by itself. */
  stamp(): string;
}

/** Puts together what is checked at the entry; what isn't configured isn't there. */
export function createAdmission(config: AdmissionConfig, parts: AdmissionParts): Admission {
  const { ledger, guardMode, report, account } = parts;
  const guard = config.guard.enabled
    ? new GuardGate(guardOf(config.guard), config.guard.mode ?? guardMode, report)
    : null;
  const budget = budgetOf(config, parts);
  const spend = spendOf(config, parts);
  const rates = ratesOf(config, parts);
  const clock = NotingClock.of(parts.clock);
  const timed = budget !== null || rates !== null;
  const last: Entrance = (job) => (rates === null ? null : rates.check(job, clock.recent()));
  // Each by its name, not in a list: so V8 makes one piece of machine code of them all.
  const admit: Entrance = (job) => {
    // One time for all.
    const now = timed ? clock.recent() : 0;
    let answer = guard === null ? null : guard.check(job, now);
    if (answer === null && budget !== null) answer = budget.check(job, now, guard === null ? -1 : guard.bytes);
    if (answer === null && spend !== null) answer = spend.check(job, now);
    if (answer === null) return rates === null ? null : rates.check(job, now);
    return answer.status === 'ask' ? { ...answer, rest: last } : answer;
  };
  const read = (): AdmissionPicture | undefined =>
    guard === null && budget === null && rates === null
      ? undefined
      : {
          ...(guard === null ? {} : { guard: guard.read() }),
          ...(budget === null ? {} : { budget: budget.read() }),
          ...(rates === null ? {} : { limits: rates.read() }),
        };
  const spent = (): SpendPicture | undefined =>
    spend === null && !ledger.active
      ? undefined
      : {
          ...ledger.read(),
          limit_usd: spend === null ? null : toDollars(spend.limit),
          reserved_usd: toDollars(spend?.reserved ?? 0n),
          refused: spend?.refused ?? 0,
          ...(account === undefined ? {} : { shared: account.read() }),
        };
  return {
    admit: guard === null && budget === null && spend === null && rates === null ? null : admit,
    guard,
    sessionBudgets: budget?.tokens ?? null,
    affordable: (request) => spend?.affordable(request) ?? 'yes',
    settles: () => budget !== null || spend !== null || ledger.active,
    settle(job) {
      if (ledger.active) ledger.settle(job);
      budget?.settle(job);
      spend?.settle(job);
    },
    stamp: () => JSON.stringify([read(), spent()]),
    read,
    spend: spent,
  };
}

/** A guard as the configuration describes it. Throws `internal` when the package has lost its model. */
export function guardOf(config: AdmissionConfig['guard']): PromptGuard {
  return new PromptGuard({
    riskThreshold: config.risk_threshold,
    flagThreshold: config.flag_threshold,
    maxPromptBytes: config.max_prompt_bytes,
    blockOversized: config.block_oversized,
    allow: config.allow,
    ...(config.model ? {} : { model: null }),
  });
}

function budgetOf({ token_budget: asked, stages }: AdmissionConfig, { clock, report }: AdmissionParts) {
  const { max_tokens_per_request, max_tokens_per_period, max_tokens_per_session, period_s } = asked;
  if (max_tokens_per_request === 0 && max_tokens_per_period === 0 && max_tokens_per_session === 0) return null;
  const options = {
    maxPerRequest: max_tokens_per_request,
    maxPerPeriod: max_tokens_per_period,
    periodMs: period_s * 1000,
    maxPerSession: max_tokens_per_session,
    defaultMaxTokens: stages.inference.max_tokens ?? 0,
  };
  return new BudgetGate(options, clock, report);
}

function spendOf({ token_budget, stages }: AdmissionConfig, { ledger, report, offers, account }: AdmissionParts) {
  if (token_budget.max_spend_usd === 0) return null;
  const defaultMaxTokens = stages.inference.max_tokens ?? 0;
  const { answer_tokens: answerTokens, max_spend_usd } = token_budget;
  const gateParts = { ledger, report, offers, account, defaultMaxTokens, answerTokens };
  return new SpendGate(fromDollars(max_spend_usd), gateParts);
}

function ratesOf({ rate_limits: asked }: AdmissionConfig, { clock, report, offers }: AdmissionParts) {
  if (!asked.enabled) return null;
  const { per_session, per_tenant } = asked;
  const options = {
    overall: { perS: asked.requests_per_second, burst: asked.burst_capacity },
    models: Object.fromEntries(Object.entries(asked.per_model).map(([name, perS]) => [name, { perS }])),
    session: per_session === undefined ? undefined : { perS: per_session },
    tenant: per_tenant === undefined ? undefined : { perS: per_tenant },
  };
  // Who would answer is worth asking only where that makes a difference.
  const byModel = Object.keys(asked.per_model).length > 0;
  return new RateGate(options, clock, report, (model) => (byModel ? offers(model).each[0]!.model : model));
}
