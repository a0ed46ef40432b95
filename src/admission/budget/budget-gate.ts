import type { Clock } from '../../core/clock.ts';
import { OrchestratorError } from '../../core/errors.ts';
import type { Job } from '../../core/job.ts';
import type { PromptRequest } from '../../core/request.ts';
import { Reservation } from '../../core/reservation.ts';
import { sessionKey } from '../../core/session-key.ts';
import { tokensUsed } from '../../core/spent.ts';
import { estimateMessageTokens, tokensOf } from '../../core/tokens.ts';
import type { Answer, Refusal, Report } from '../admission.ts';
import { type SessionBudget, SessionBudgets, type SessionStanding } from './session-budget.ts';
import { type BudgetDecision, TokenBudget } from './token-budget.ts';

export interface BudgetGateOptions {
  readonly maxPerRequest: number;
  readonly maxPerPeriod: number;
  readonly periodMs: number;
  readonly maxPerSession: number;
  /** Tokens that an answer may have when its request does not say; 0 when nobody does. */
  readonly defaultMaxTokens: number;
}

/** The token budget as the snapshot shows it. */
export interface BudgetPicture {
  /** Tokens used within the period. */
  readonly used: number;
  /** Estimates of requests on their way. */
  readonly reserved: number;
  /** 0 when there is no such limit. */
  readonly max_tokens_per_period: number;
  readonly period_s: number;
  readonly max_tokens_per_request: number;
  readonly max_tokens_per_session: number;
  /** Sessions that are remembered. */
  readonly sessions: number;
  readonly refused: number;
}

/** The tokens of one session; limits are 0 when there is none. */
export interface SessionTokensPicture {
  readonly used: number;
  readonly reserved: number;
  readonly max_tokens: number;
  /** More than that is told as `soft_warning`, and refused nothing. */
  readonly warn_tokens: number;
  readonly standing: SessionStanding;
}

/** Limits of one session; what is absent stays as it is. */
export interface SessionTokensChange {
  readonly max_tokens?: number | undefined;
  readonly warn_tokens?: number | undefined;
}

/** Tokens of single sessions, to look at and to limit. */
export interface SessionTokens {
  read(session: string, tenant?: string): SessionTokensPicture;
  set(session: string, change: SessionTokensChange, tenant?: string): SessionTokensPicture;
}

const pictureOf = ({ used, reserved, limits, standing }: SessionBudget): SessionTokensPicture => ({
  used,
  reserved,
  max_tokens: limits.hard ?? 0,
  warn_tokens: limits.soft ?? 0,
  standing,
});

const limitOf = (limit: number): number | undefined => (limit === 0 ? undefined : limit);

/** The token budget at the entry: reserves what a request may take, and settles it when the request ends, however it does. */
export class BudgetGate {
  private readonly options: BudgetGateOptions;
  private readonly clock: Clock;
  private readonly report: Report;
  private readonly budget: TokenBudget;
  private readonly sessions: SessionBudgets;
  /** When the latest request came. */
  private latestAt = 0;
  private sessionRefusals = 0;

  constructor(options: BudgetGateOptions, clock: Clock, report: Report) {
    this.options = options;
    this.clock = clock;
    this.report = report;
    this.budget = new TokenBudget({
      maxPerRequest: limitOf(options.maxPerRequest),
      maxPerPeriod: limitOf(options.maxPerPeriod),
      periodMs: options.periodMs,
    });
    this.sessions = new SessionBudgets({ hard: limitOf(options.maxPerSession) });
  }

  /** @param bytes of the messages, for who knows them already: to count them takes as long as all the rest */
  readonly check = (job: Job, now: number, bytes = -1): Answer => {
    const { request } = job;
    const input = bytes < 0 ? estimateMessageTokens(request.messages) : tokensOf(bytes);
    const estimate = this.estimateOf(request, input);
    // One that is too large is so for every session.
    const session = estimate > this.budget.maxPerRequest ? null : this.sessionOf(job);
    if (session !== null && !session.reserve(estimate)) {
      this.sessionRefusals++;
      return this.refuse(job, estimate, { kind: 'refused', limit: 'session', session });
    }
    const decision = this.budget.reserve(now, estimate);
    if (decision.kind === 'refused') {
      session?.settle(estimate, 0);
      return this.refuse(job, estimate, decision);
    }
    this.latestAt = now;
    job.reservedInput = input;
    if (session !== null) {
      job.reservation ??= new Reservation();
      job.reservation.session = session;
    }
    return null;
  };

  private estimateOf({ parameters }: PromptRequest, input: number): number {
    return input + (parameters?.max_tokens ?? this.options.defaultMaxTokens);
  }

  /** A request has ended: what it reserved is free again, what it took is used. */
  settle(job: Job): void {
    const { reservedInput, request, trace } = job;
    if (reservedInput < 0) return;
    job.reservedInput = -1;
    const estimate = this.estimateOf(request, reservedInput);
    const actual = tokensUsed(job, job.messages === request.messages ? reservedInput : undefined);
    // What was not timed has ended as soon as it came: to look at the clock for it would cost more than all the rest.
    this.budget.settle(trace === null ? this.latestAt : trace.endedAt, estimate, actual);
    job.reservation?.session?.settle(estimate, actual);
  }

  read(): BudgetPicture {
    const { options, budget } = this;
    return {
      used: budget.usedTokens(this.clock.now()),
      reserved: budget.reserved,
      max_tokens_per_period: options.maxPerPeriod,
      period_s: options.periodMs / 1000,
      max_tokens_per_request: options.maxPerRequest,
      max_tokens_per_session: options.maxPerSession,
      sessions: this.sessions.size,
      refused: budget.refused + this.sessionRefusals,
    };
  }

  private sessionOf({ request: { session, tenant } }: Job): SessionBudget | null {
    return session === undefined ? null : this.sessions.of(sessionKey(session, tenant));
  }

  /** The same for whoever looks at a session, or limits it. */
  readonly tokens: SessionTokens = {
    read: (session, tenant) => pictureOf(this.sessions.peek(sessionKey(session, tenant))),
    set: (session, { max_tokens, warn_tokens }, tenant) => {
      const budget = this.sessions.of(sessionKey(session, tenant));
      const { hard, soft } = budget.limits;
      budget.limits = {
        hard: max_tokens === undefined ? hard : limitOf(max_tokens),
        soft: warn_tokens === undefined ? soft : limitOf(warn_tokens),
      };
      return pictureOf(budget);
    },
  };

  private refuse(
    job: Job,
    estimate: number,
    decision:
      | Extract<BudgetDecision, { kind: 'refused' }>
      | { kind: 'refused'; limit: 'session'; session: SessionBudget },
  ): Refusal {
    const limit = `token_budget.max_tokens_per_${decision.limit}` as const;
    const retryAfterMs = decision.limit === 'period' ? decision.retryAfterMs : undefined;
    this.report('admission.limited', {
      id: job.id,
      limit,
      retry_after_ms: retryAfterMs === undefined ? null : Math.ceil(retryAfterMs),
    });
    return {
      status: 'limited',
      error: new OrchestratorError('token_budget_exceeded', this.reason(estimate, decision, limit), {
        param: limit,
        ...(retryAfterMs === undefined ? {} : { retryAfterMs: Math.ceil(retryAfterMs) }),
      }),
    };
  }

  private reason(
    estimate: number,
    decision: { limit: 'request' | 'period' } | { limit: 'session'; session: SessionBudget },
    limit: string,
  ): string {
    const { options, budget } = this;
    const may = `The request may take ${estimate} tokens`;
    switch (decision.limit) {
      case 'request':
        return `${may}; ${options.maxPerRequest} are allowed (${limit}).`;
      case 'session': {
        const { limits, used, reserved } = decision.session;
        const hard = limits.hard ?? 0;
        return `${may}; its session has ${Math.max(hard - used - reserved, 0)} of ${hard} left (${limit}).`;
      }
      case 'period': {
        const left = Math.max(options.maxPerPeriod - budget.usedTokens(this.clock.now()) - budget.reserved, 0);
        return `${may}; ${left} of the ${options.maxPerPeriod} for ${options.periodMs / 1000} s are left (${limit}).`;
      }
    }
  }
}
