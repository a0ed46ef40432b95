import type { Meter } from '../admission/spend/ledger.ts';
import { costOf } from '../admission/spend/price.ts';
import { fixedPrice, isFree, type Seller } from '../admission/spend/price-list.ts';
import type { Step } from '../core/attempt.ts';
import type { Call, LayeredAttempt } from '../core/call.ts';
import { toDollars } from '../core/money.ts';
import type { NotingClock } from '../core/noting-clock.ts';
import type { Random } from '../core/random.ts';
import { Semaphore } from '../primitives/semaphore.ts';
import { TokenBucket } from '../primitives/token-bucket.ts';
import type { Provider } from '../providers/provider.ts';
import { type BatchSettings, inBatches } from './batch/in-batches.ts';
import { breakerLayer, refuseWhenOpen } from './layers/breaker/breaker-layer.ts';
import { type BreakerPicture, type BreakerSettings, CircuitBreaker } from './layers/breaker/circuit-breaker.ts';
import { bulkheadLayer } from './layers/bulkhead/bulkhead-layer.ts';
import { rateLimitLayer } from './layers/rate-limit/rate-limit-layer.ts';
import type { RetryBudget } from './layers/retry/retry-budget.ts';
import { retryLayer } from './layers/retry/retry-layer.ts';
import type { RetrySettings } from './layers/retry/retry-policy.ts';
import { AdaptiveTimeout } from './layers/timeout/adaptive-timeout.ts';
import { type AttemptReport, timeoutLayer } from './layers/timeout/timeout-layer.ts';
import { type ProviderPicture, ProviderRecord } from './provider-record.ts';

/** One provider with its layers around it: what a router chooses from. */
export interface Candidate {
  readonly provider: Provider;
  readonly settings: CandidateSettings;
  /** Others may stand in for it: then it is passed over while it is unhealthy. */
  readonly replaceable: boolean;
  readonly record: ProviderRecord;
  /** Null when it has none. */
  readonly breaker: CircuitBreaker | null;
  readonly places: Semaphore | null;
  readonly bucket: TokenBucket | null;
  readonly adaptive: AdaptiveTimeout | null;
  /** One attempt at this provider: breaker → bulkhead → rate limit → meter and timeout → provider. */
  readonly step: Step<LayeredAttempt>;
  /** The same for a call that no other provider may answer, with its retries. */
  readonly ask: Step<Call>;
  /** US dollars for so many tokens; null when nobody knows. */
  cost(inputTokens: number, outputTokens: number): number | null;
  /** Whether its breaker would let an attempt through now. */
  open(): boolean;
  picture(): ProviderPicture;
  /** Changes whenever the picture would; while a breaker counts down, once a second. */
  stamp(): string;
}

export interface CandidateSettings {
  /** Where its answers come from and with whose key: a breaker knows nothing of another place. */
  readonly place?: string;
  /** What is known of its prices beside its kind. */
  readonly price?: Omit<Seller, 'kind'>;
  /** The model asked for when a request names none; absent: the provider's. */
  readonly model?: string | undefined;
  /** Milliseconds an attempt may take altogether. */
  readonly timeoutMs: number;
  /** The least that an adaptive time-out may become, milliseconds; absent: it stays as it is. */
  readonly adaptiveMinMs?: number | undefined;
  /** Absent: no breaker. */
  readonly breaker?: BreakerSettings | undefined;
  /** Attempts at once; absent: as many as there are calls. */
  readonly maxConcurrent?: number | undefined;
  /** Attempts a second. */
  readonly maxRps?: number | undefined;
  /** Share of the turns, in proportion to the weights of the others; 1 unless given. */
  readonly weight?: number | undefined;
  /** The smaller the sooner; 0 unless given. */
  readonly priority?: number | undefined;
  /** Absent: one attempt. */
  readonly retry?: RetrySettings | undefined;
  /** Requests are sent to it several at once, where it takes that. */
  readonly batch?: BatchSettings | undefined;
}

export interface CandidateSurroundings {
  readonly clock: NotingClock;
  /** Counts what attempts at a paid provider cost; absent: nobody does. */
  readonly meterOf?: (provider: string, seller: Seller) => Meter;
  /** A breaker has opened, half-opened or closed. */
  readonly onBreakerChange?: (provider: string, breaker: CircuitBreaker) => void;
  /** Hears of attempts that were timed, once they have ended. */
  readonly onAttempt?: ((report: AttemptReport) => void) | undefined;
  /** One of several: every attempt is timed, as others are chosen by it. */
  readonly routed?: boolean;
  /** Others may stand in for it. */
  readonly replaceable?: boolean;
  /** Spreads retries. */
  readonly random: Random;
  /** Shared by everything that tries again. */
  readonly budget: RetryBudget;
}

/** `max_rps` is kept over any tenth of a second, so that a second's worth never comes in one burst. */
const BURST_S = 0.1;

/**
 * Puts the layers around a provider; those that nothing is configured for are not there. `earlier` is the same provider
 * under other settings: changed settings are no reason to forget what is known of it.
 */
export function createCandidate(
  provider: Provider,
  settings: CandidateSettings,
  surroundings: CandidateSurroundings,
  earlier?: Candidate,
): Candidate {
  const { name } = provider;
  const { clock, random, budget, onAttempt: onEnded, routed, replaceable = false } = surroundings;
  const { model, timeoutMs, adaptiveMinMs, maxConcurrent, maxRps, retry } = settings;
  const record = earlier?.record ?? new ProviderRecord();
  const atSamePlace = earlier?.settings.place === settings.place ? earlier : undefined;
  const breaker = breakerFor(name, settings, surroundings, atSamePlace);
  const places =
    maxConcurrent === undefined
      ? null
      : sameOr(earlier?.places, 'limit', maxConcurrent, () => new Semaphore(maxConcurrent));
  const bucket =
    maxRps === undefined
      ? null
      : sameOr(
          earlier?.bucket,
          'refillPerS',
          maxRps,
          () => new TokenBucket(Math.max(maxRps * BURST_S, 1), maxRps, clock.now()),
        );
  const adaptive =
    adaptiveMinMs === undefined ? null : new AdaptiveTimeout(adaptiveMinMs, timeoutMs, atSamePlace?.adaptive);

  const shared = { name, clock, record, longestWaitMs: timeoutMs };
  const asked = settings.batch === undefined ? provider : inBatches(provider, settings.batch, clock);
  const seller: Seller = { ...settings.price, kind: provider.kind };
  const meter = isFree(seller) ? undefined : surroundings.meterOf?.(name, seller);
  let step = timeoutLayer({ provider: asked, model, timeoutMs, adaptive, meter, clock, record, onEnded, routed });
  if (breaker !== null) step = breakerLayer(step, { ...shared, breaker });
  if (bucket !== null) step = rateLimitLayer(step, { ...shared, bucket });
  if (places !== null) step = bulkheadLayer(step, { ...shared, places });
  // Who waits for a turn holds no probe, and an open breaker is known before the wait: it is asked before and after.
  if (breaker !== null && (bucket !== null || places !== null)) step = refuseWhenOpen(step, { ...shared, breaker });

  const open = (): boolean => breaker === null || breaker.calm || breaker.open(clock.now());
  const breakerNow = (): BreakerPicture | null => breaker?.picture(clock.now()) ?? null;
  const picture = (): ProviderPicture => record.read(provider.kind, model ?? provider.model, breakerNow(), clock.now());
  const stamp = (): string => {
    const now = breakerNow();
    return `${record.stamp} ${now?.state} ${now?.failures} ${Math.ceil((now?.next_probe_ms ?? 0) / 1000)}`;
  };
  const ask =
    retry !== undefined && retry.attempts > 1
      ? retryLayer(step, { settings: retry, budget, clock, random, record, open })
      : step;
  const cost = (input: number, output: number): number | null => {
    const price = fixedPrice(seller) ?? meter?.price(model ?? provider.model) ?? null;
    return price === null ? null : toDollars(costOf(price, { input, output, cacheRead: 0, cacheWrite: 0 }));
  };
  return {
    provider,
    settings,
    replaceable,
    record,
    breaker,
    places,
    bucket,
    adaptive,
    step,
    ask,
    cost,
    open,
    picture,
    stamp,
  };
}

function breakerFor(
  name: string,
  { breaker: wanted }: CandidateSettings,
  { clock, onBreakerChange }: CandidateSurroundings,
  earlier: Candidate | undefined,
): CircuitBreaker | null {
  if (wanted === undefined) return null;
  if (earlier?.breaker) {
    earlier.breaker.configure(wanted, clock.now());
    return earlier.breaker;
  }
  const breaker: CircuitBreaker = new CircuitBreaker(wanted, () => onBreakerChange?.(name, breaker));
  return breaker;
}

/** What there was, when it has the wanted size: who is in it or waits for it counts on. */
function sameOr<Kind, Key extends keyof Kind>(
  before: Kind | null | undefined,
  key: Key,
  value: Kind[Key],
  create: () => Kind,
): Kind {
  return before && before[key] === value ? before : create();
}
