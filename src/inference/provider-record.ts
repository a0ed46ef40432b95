import type { ErrorCode, OrchestratorError } from '../core/errors.ts';
import { Histogram } from '../primitives/histogram.ts';
import { RollingWindow } from '../primitives/rolling-window.ts';
import type { BreakerPicture } from './layers/breaker/circuit-breaker.ts';
import { verdictOf } from './layers/breaker/verdict.ts';
import { LONGEST_RETRY_AFTER_MS } from './layers/retry/retry-policy.ts';
import { type HealthPicture, HourlyHealth } from './provider-health.ts';

/** What a call leaves of the weight of the one before it: the rate follows the last fifty or so. */
const FADE = 0.98;
/** Shorter ones, where everything came at once, say nothing about a rate. */
const SHORTEST_STREAM_MS = 1;
/** Failures in a row after which a router leaves a provider alone for a while. */
const UNHEALTHY_AFTER = 3;
/** Answers whose latency is looked back at (the document's arbitrage window). */
const RECENT = 128;

/** What is known of one provider from its own calls: the numbers that routing and the dashboard read. */
export class ProviderRecord {
  calls = 0;
  ok = 0;
  inFlight = 0;
  /** Of the calls: those that were tried again. */
  retries = 0;
  /** Retries that the budget did not allow. */
  unaffordable = 0;
  /** Attempts that the open breaker refused, and those that found no place or turn in time: the provider never saw them. */
  refused = 0;
  busy = 0;
  readonly errors = new Map<ErrorCode, number>();
  /** Milliseconds of calls that waited, and of sampled ones that did not. */
  readonly latency = new Histogram();
  /** Milliseconds until the first piece of an answer. */
  readonly firstToken = new Histogram();
  /**
   * Milliseconds of the latest answers, and of attempts that timed out: a provider is neither fast because it fails fast,
   * nor because its slow answers are given up.
   */
  readonly answers = new RollingWindow(RECENT);
  /** When the latest failure was, monotonic milliseconds. */
  lastFailureAt = Number.NEGATIVE_INFINITY;
  /** Until when it has asked to be left alone, monotonic milliseconds. */
  limitedUntil = Number.NEGATIVE_INFINITY;
  private readonly hour = new HourlyHealth();
  /** Attempts that failed by the provider's fault, in all and since the last that did not. */
  private failures = 0;
  private streak = 0;
  /** `ok` as it was at the latest failure: when it has grown since, the streak is over, and no success had to say so. */
  private okAtFailure = 0;
  private okBeforeReset = 0;
  private streamedTokens = 0;
  private streamedMs = 0;

  /**
   * An answer was streamed: its first piece came after `firstMs`, the rest took `streamMs`. An answer that broke off
   * counts, too.
   */
  spoke(firstMs: number, streamMs: number, tokens: number): void {
    this.firstToken.record(firstMs);
    if (streamMs < SHORTEST_STREAM_MS) return;
    this.streamedTokens = this.streamedTokens * FADE + tokens;
    this.streamedMs = this.streamedMs * FADE + streamMs;
  }

  /** An attempt that was timed has ended after `ms`. */
  ended(ms: number, error: OrchestratorError | null, now: number): void {
    this.latency.record(ms);
    this.hour.record(now, ms, this.answered, this.failures);
    if (error === null || error.code === 'provider_timeout') this.answers.record(ms);
    if (error === null) this.ok++;
    else this.failed(error, now);
  }

  failed(error: OrchestratorError, now: number): void {
    const { code, retryAfterMs } = error;
    this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
    const verdict = verdictOf(code);
    if (verdict === 'nothing') return;
    // It answered, and was right to.
    if (verdict === 'ok') this.streak = 0;
    else this.failures++;
    if (verdict === 'limited' && retryAfterMs !== undefined) {
      this.limitedUntil = now + Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS);
    }
    if (verdict !== 'failure') return;
    this.streak = this.failuresInARow + 1;
    this.okAtFailure = this.answered;
    this.lastFailureAt = now;
  }

  /** Answers since it is known, whatever was reset meanwhile. */
  get answered(): number {
    return this.okBeforeReset + this.ok;
  }

  get failuresInARow(): number {
    return this.answered === this.okAtFailure ? this.streak : 0;
  }

  get healthy(): boolean {
    return this.failuresInARow < UNHEALTHY_AFTER;
  }

  /** Starts counting anew; calls in flight stay counted. What is known of its speed in tokens is no count, and stays. */
  reset(): void {
    this.calls = this.inFlight;
    // Routers go on with what they know.
    this.okBeforeReset += this.ok;
    this.ok = 0;
    this.retries = 0;
    this.unaffordable = 0;
    this.refused = 0;
    this.busy = 0;
    this.errors.clear();
    this.latency.reset();
    this.firstToken.reset();
  }

  /** Changes whenever the picture would. */
  get stamp(): number {
    return this.calls + this.refused + this.busy + this.unaffordable;
  }

  health(now: number): HealthPicture {
    const { successRate, quantile } = this.hour.read(now, this.answered, this.failures);
    return {
      state: this.healthy ? 'healthy' : 'unhealthy',
      consecutive_failures: this.failuresInARow,
      success_rate_1h: successRate === null ? null : Math.round(successRate * 10_000) / 10_000,
      p50_1h_ms: quantile(0.5),
      p95_1h_ms: quantile(0.95),
    };
  }

  /** The record as the snapshot shows it; times in milliseconds. */
  read(kind: string, model: string, breaker: BreakerPicture | null, now: number): ProviderPicture {
    return {
      kind,
      model,
      calls: this.calls,
      ok: this.ok,
      errors: Object.fromEntries(this.errors),
      ttft_p50_ms: this.firstToken.quantile(0.5),
      p50_ms: this.latency.quantile(0.5),
      p95_ms: this.latency.quantile(0.95),
      tokens_per_s: this.streamedMs === 0 ? 0 : Math.round((this.streamedTokens / this.streamedMs) * 10_000) / 10,
      in_flight: this.inFlight,
      retries: this.retries,
      rejected: { breaker: this.refused, busy: this.busy, budget: this.unaffordable },
      health: this.health(now),
      ...(breaker === null ? {} : { breaker }),
    };
  }
}

export interface ProviderPicture {
  readonly kind: string;
  readonly model: string;
  readonly calls: number;
  readonly ok: number;
  /** By error code. */
  readonly errors: Readonly<Record<string, number>>;
  /** Median time to the first token of calls that streamed; 0 when there was none. */
  readonly ttft_p50_ms: number;
  readonly p50_ms: number;
  readonly p95_ms: number;
  /** Of one stream, after its first token; the last calls count most. */
  readonly tokens_per_s: number;
  readonly in_flight: number;
  /** Of the calls: those that tried a failed one again. */
  readonly retries: number;
  /** What the provider was spared: by its open breaker, by `max_concurrent` and `max_rps`, by the retry budget. */
  readonly rejected: { readonly breaker: number; readonly busy: number; readonly budget: number };
  readonly health: HealthPicture;
  /** Of the calls of all providers; present when there are several. */
  readonly share?: number;
  /** Absent when it has none (`circuit_breaker_threshold = 0`). */
  readonly breaker?: BreakerPicture;
}
