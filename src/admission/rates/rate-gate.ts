import type { Clock } from '../../core/clock.ts';
import { OrchestratorError } from '../../core/errors.ts';
import type { Job } from '../../core/job.ts';
import type { Check, Refusal, Report } from '../admission.ts';
import {
  type Level,
  RateLimiter,
  type RateLimiterOptions,
  type RateLimitName,
  type RateRefusal,
} from './rate-limiter.ts';

/** The rate limits as the snapshot shows them. */
export interface RatePicture {
  readonly allowed: number;
  readonly limited: number;
  /** Requests that wait for their turn. */
  readonly waiting: number;
  /** Refusals, by limit. */
  readonly by_limit: Readonly<Record<RateLimitName, number>>;
  /** What would be let in at once now. */
  readonly requests_per_second: Level | null;
  readonly per_model: Readonly<Record<string, Level>>;
}

/** The rate limits at the entry. A request is refused at once, or waits for its turn when its caller wants that. */
export class RateGate {
  private readonly limiter: RateLimiter;
  private readonly clock: Clock;
  private readonly report: Report;
  /** The model that a request asks for, be it by the name of a provider, or by none. */
  private readonly modelOf: (asked?: string) => string | undefined;
  private waiting = 0;

  constructor(
    options: RateLimiterOptions,
    clock: Clock,
    report: Report,
    modelOf: (asked?: string) => string | undefined,
  ) {
    this.limiter = new RateLimiter(options, clock.now());
    this.clock = clock;
    this.report = report;
    this.modelOf = modelOf;
  }

  readonly check: Check = (job, now) => {
    const { request, options } = job;
    const { session, tenant } = request;
    const model = this.modelOf(request.model);
    // Nearly all of them; what follows is for those that must wait or be refused.
    if (this.limiter.pass(now, { model, session, tenant })) return null;
    // A wait that ends after the deadline would be for nothing.
    const longestMs = options?.wait === true ? (options.deadlineMs ?? request.deadline_ms ?? Number.MAX_VALUE) : 0;
    const place = this.limiter.reserve(now, { model, session, tenant }, longestMs);
    if ('limit' in place) return this.refuse(job, place);
    if (place.waitMs === 0) return null;
    this.waiting++;
    return {
      status: 'wait',
      waitMs: place.waitMs,
      over: (came) => {
        this.waiting--;
        if (!came) place.giveBack();
      },
    };
  };

  read(): RatePicture {
    const { limiter } = this;
    const now = this.clock.now();
    const by_limit = { ...limiter.refused };
    return {
      allowed: limiter.allowed,
      limited: Object.values(by_limit).reduce((sum, count) => sum + count),
      waiting: this.waiting,
      by_limit,
      requests_per_second: limiter.level(now, {}).requests_per_second ?? null,
      per_model: limiter.modelLevels(now),
    };
  }

  private refuse(job: Job, { limit, subject, perS, retryAfterMs }: RateRefusal): Refusal {
    const finite = Number.isFinite(retryAfterMs);
    // A rate above zero that never lets one in has no room for one.
    const closed = limit === 'requests_per_second' && perS > 0 && !finite;
    const name = closed ? 'rate_limits.burst_capacity' : (`rate_limits.${limit}` as const);
    const whose = subject === undefined ? '' : ` of ${limit.slice('per_'.length)} ${subject}`;
    const when = finite ? `the next may come in ${Math.ceil(retryAfterMs)} ms` : 'none may come';
    const message = closed
      ? `No requests are let in: ${name} is 0; set it to how many may come at once.`
      : `Too many requests${whose}: ${perS} a second are allowed (${name}); ${when}.`;
    this.report('admission.limited', {
      id: job.id,
      limit: name,
      retry_after_ms: finite ? Math.ceil(retryAfterMs) : null,
    });
    return {
      status: 'limited',
      error: new OrchestratorError('rate_limited', message, {
        param: name,
        ...(finite ? { retryAfterMs: Math.ceil(retryAfterMs) } : {}),
      }),
    };
  }
}
