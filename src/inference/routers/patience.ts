import type { Call } from '../../core/call.ts';
import type { Clock } from '../../core/clock.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { Candidate } from '../candidate.ts';
import type { ProviderRecord } from '../provider-record.ts';
import { standingOf } from '../standing.ts';
import { earliestRecovery } from './choosing.ts';

/**
 * What calls do when nobody can be asked. `never`: they fail. `each`: every one waits, as long as a try may take.
 * `together`: all wait, once for each outage, so that a provider that stays away costs many calls one wait and not each
 * its own.
 */
export type Waiting = 'never' | 'each' | 'together';

/** Rounds of probes after whose failure a provider is not waited for any more, until it answers again. */
const MOST_ROUNDS = 3;
/** Milliseconds that one is waited for without a single answer, whatever its probes are at. */
export const LONGEST_OUTAGE_MS = 600_000;

/** Failures that no wait mends: somebody has to do something. */
const LASTING: ReadonlySet<string> = new Set<ErrorCode>([
  'authentication_failed',
  'provider_quota_exhausted',
  'address_refused',
  'tls_failed',
]);

/** Nobody can be asked, and that is waited for. */
export interface Outage {
  /** Who is asked again first. */
  readonly provider: string;
  /** Milliseconds until then; null while its probes are running. */
  readonly next_try_ms: number | null;
  /** Milliseconds until it is not waited for any more. */
  readonly gives_up_ms: number;
}

/** For whom, and until when, calls wait. */
export class Patience {
  readonly kind: Waiting;
  private readonly clock: Clock;
  private readonly longestWaitMs: number;
  /** Since when those that calls have waited for are waited for, and how often they had answered by then. */
  private readonly outages: WeakMap<ProviderRecord, { readonly since: number; readonly answered: number }>;

  /**
   * @param longestWaitMs of a single call, where each waits for itself
   * @param earlier of before a change of the configuration: an outage goes on
   */
  constructor(kind: Waiting, clock: Clock, longestWaitMs: number, earlier?: Patience) {
    this.kind = kind;
    this.clock = clock;
    this.longestWaitMs = longestWaitMs;
    this.outages = earlier?.outages ?? new WeakMap();
  }

  get waits(): boolean {
    return this.kind !== 'never';
  }

  /** Until when a call that begins to wait now may do so, as far as that is its own affair; monotonic milliseconds. */
  until({ deadlineAt }: Call): number {
    return this.kind === 'each' ? Math.min(deadlineAt, this.clock.now() + this.longestWaitMs) : deadlineAt;
  }

  /** Those of them that are worth waiting for. */
  hopes(candidates: readonly Candidate[]): readonly Candidate[] {
    if (this.kind !== 'together') return candidates;
    return candidates.filter((candidate) => this.nextTryAt(candidate) <= this.givesUpAt(candidate));
  }

  /**
   * Whether a try after a wait charges no retry budget: behind a breaker as many go as it has probes, and no more rounds
   * than are waited for.
   */
  pays({ breaker }: Candidate): boolean {
    return this.kind === 'together' && breaker !== null;
  }

  /** Null while somebody can be asked, and when nobody is waited for. */
  outage(candidates: readonly Candidate[]): Outage | null {
    const now = this.clock.now();
    if (this.kind !== 'together' || candidates.some((one) => standingOf(one, now).kind !== 'out')) return null;
    const hopes = this.hopes(candidates);
    const [first] = hopes;
    if (first === undefined) return null;
    const next = earliestRecovery(hopes, now);
    return {
      provider: next?.name ?? first.provider.name,
      next_try_ms: next === null ? null : Math.ceil(next.inMs),
      gives_up_ms: Math.ceil(Math.max(...hopes.map((one) => this.givesUpAt(one))) - now),
    };
  }

  private nextTryAt(candidate: Candidate): number {
    const now = this.clock.now();
    const standing = standingOf(candidate, now);
    return standing.kind === 'ready' ? now : now + (standing.inMs ?? 0);
  }

  private givesUpAt({ breaker, record }: Candidate): number {
    const now = this.clock.now();
    const { failed_rounds, reason } = breaker?.picture(now) ?? { failed_rounds: 0, reason: null };
    if (failed_rounds >= MOST_ROUNDS || LASTING.has(reason ?? '')) return Number.NEGATIVE_INFINITY;
    const { answered } = record;
    let outage = this.outages.get(record);
    if (outage?.answered !== answered) {
      outage = { since: now, answered };
      this.outages.set(record, outage);
    }
    return outage.since + LONGEST_OUTAGE_MS;
  }
}
