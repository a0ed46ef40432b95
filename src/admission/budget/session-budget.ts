import { LRUCache } from 'lru-cache';

export interface SessionLimits {
  /** Tokens after which a session is warned of; absent: never. */
  readonly soft?: number | undefined;
  /** Tokens a session may use altogether; absent: any number. */
  readonly hard?: number | undefined;
}

export type SessionStanding = 'ok' | 'soft_warning' | 'exhausted';

/** Tokens of one session: used, and reserved by requests that are on their way. */
export class SessionBudget {
  limits: SessionLimits;
  used = 0;
  reserved = 0;

  constructor(limits: SessionLimits) {
    this.limits = limits;
  }

  /** Reserves an estimate; false, and nothing is, when it does not fit any more. */
  reserve(estimate: number): boolean {
    if (this.used + this.reserved + estimate > (this.limits.hard ?? Number.POSITIVE_INFINITY)) return false;
    this.reserved += estimate;
    return true;
  }

  /** Gives an estimate back and books what was really used. */
  settle(estimate: number, actual: number): SessionStanding {
    this.reserved -= estimate;
    return this.spend(actual);
  }

  /** Books tokens, whatever the limits; how the session stands then. */
  spend(tokens: number): SessionStanding {
    this.used += tokens;
    return this.standing;
  }

  get standing(): SessionStanding {
    if (this.used >= (this.limits.hard ?? Number.POSITIVE_INFINITY)) return 'exhausted';
    return this.used > (this.limits.soft ?? Number.POSITIVE_INFINITY) ? 'soft_warning' : 'ok';
  }
}

/** Sessions whose tokens are remembered; one that was not used for longest begins anew. */
const MOST_SESSIONS = 10_000;

/** The budgets of all sessions, made at their first request. */
export class SessionBudgets {
  private readonly limits: SessionLimits;
  private readonly sessions: LRUCache<string, SessionBudget>;

  constructor(limits: SessionLimits, most = MOST_SESSIONS) {
    this.limits = limits;
    this.sessions = new LRUCache({ max: most });
  }

  get size(): number {
    return this.sessions.size;
  }

  /** To look at: a session that nobody has asked in is not remembered for that. */
  peek(session: string): SessionBudget {
    return this.sessions.peek(session) ?? new SessionBudget(this.limits);
  }

  of(session: string): SessionBudget {
    const known = this.sessions.get(session);
    if (known !== undefined) return known;
    const budget = new SessionBudget(this.limits);
    this.sessions.set(session, budget);
    return budget;
  }
}
