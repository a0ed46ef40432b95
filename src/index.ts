// The library: the engine, and its building blocks for use alone.
import { configFromValues } from './config/from-values.ts';
import { type Config, engineSections } from './sections.ts';

/**
 * A configuration from plain values, nested as in `pipeline.toml`; what is absent has its default. No file and no
 * environment is read. Throws `config_invalid` with every fault.
 */
export function createConfig(values: object = {}): Config {
  return configFromValues(engineSections, values);
}

export {
  SessionBudget,
  SessionBudgets,
  type SessionLimits,
  type SessionStanding,
} from './admission/budget/session-budget.ts';
export { type BudgetDecision, TokenBudget, type TokenBudgetOptions } from './admission/budget/token-budget.ts';
export { type GuardSettings, PromptGuard } from './admission/guard/guard.ts';
export type { GuardAction, GuardVerdict, Origin, ThreatClass } from './admission/guard/verdict.ts';
export {
  type Rate,
  RateLimiter,
  type RateLimiterOptions,
  type RatePlace,
  type RateRefusal,
  type RateSubject,
} from './admission/rates/rate-limiter.ts';
export { Ledger, type LedgerParts, type LedgerRow, type Meter } from './admission/spend/ledger.ts';
export { costOf, type ModelPrice, perMillion, pricePer1k, type TokenPrice } from './admission/spend/price.ts';
export { PriceList, type Seller } from './admission/spend/price-list.ts';
export { SharedAccount, type SharedAccountOptions, type SharedScope } from './admission/spend/shared-account.ts';
export { type AggregatorStats, StreamAggregator, type StreamChunk } from './conversation/stream-aggregator.ts';
export type { StreamEvent, StreamSubscription } from './conversation/stream-subscription.ts';
export type { Attempt, Step } from './core/attempt.ts';
export type { Call, LayeredAttempt } from './core/call.ts';
export { type Clock, systemClock } from './core/clock.ts';
export type { DeadLetter, DeadLetterReason } from './core/dead-letter.ts';
export { decodeReplayRecord, encodeDeadLetter, parseReplayLine } from './core/dead-letter-record.ts';
export { ERRORS, type ErrorCode, OrchestratorError } from './core/errors.ts';
export { createIds, type Ids } from './core/ids.ts';
export type { Job, SubmitOptions } from './core/job.ts';
export { LaterAttempt } from './core/later-attempt.ts';
export { fromDollars, type Picodollars, toDollars } from './core/money.ts';
export { type Outcome, type OutcomeRecord, type OutcomeStatus, outcomeRecord, type Usage } from './core/outcome.ts';
export { PRIORITIES, type Priority } from './core/priority.ts';
export { type Random, seededRandom, systemRandom } from './core/random.ts';
export type { Citation, Message, Parameters, PromptRequest, Tool } from './core/request.ts';
export { type SafeText, safeLine, safeText } from './core/safe-text.ts';
export { Secret } from './core/secret.ts';
export { createEngine, type Engine, type EngineOptions } from './engine.ts';
export { type BatchSettings, inBatches } from './inference/batch/in-batches.ts';
export { MicroBatcher, type MicroBatcherSettings } from './inference/batch/micro-batcher.ts';
export type { Breakers } from './inference/breakers.ts';
export { breakerLayer } from './inference/layers/breaker/breaker-layer.ts';
export {
  type BreakerEvent,
  type BreakerPicture,
  type BreakerSettings,
  type BreakerState,
  CircuitBreaker,
  nextState,
  probeWaitMs,
  type Verdict,
} from './inference/layers/breaker/circuit-breaker.ts';
export { bulkheadLayer } from './inference/layers/bulkhead/bulkhead-layer.ts';
export { rateLimitLayer } from './inference/layers/rate-limit/rate-limit-layer.ts';
export { RetryBudget } from './inference/layers/retry/retry-budget.ts';
export { retryLayer } from './inference/layers/retry/retry-layer.ts';
export {
  decideRetry,
  type FailedAttempt,
  type RetryDecision,
  type RetrySettings,
  retryDelayMs,
} from './inference/layers/retry/retry-policy.ts';
export { AdaptiveTimeout } from './inference/layers/timeout/adaptive-timeout.ts';
export { timeoutLayer } from './inference/layers/timeout/timeout-layer.ts';
export { type PipelineSettings, Pipelines } from './inference/pipelines/pipelines.ts';
export { classify, PROMPT_CLASSES, type PromptClass } from './inference/pipelines/prompt-class.ts';
export type { PoolAdvice, PoolController, PoolSample } from './inference/pool/controller.ts';
export { EwmaController, type EwmaSettings } from './inference/pool/ewma.ts';
export { KalmanController, type KalmanSettings, ScalarKalman } from './inference/pool/kalman.ts';
export { Pool, type PoolBounds, type PoolChange, type PoolParts } from './inference/pool/pool.ts';
export type { HealthPicture } from './inference/provider-health.ts';
export { ProviderRecord } from './inference/provider-record.ts';
export { Arbitrage, type Deal, type Offer } from './inference/routers/arbitrage/arbitrage.ts';
export { EpsilonGreedy } from './inference/routers/bandit/epsilon-greedy.ts';
export { inOrder } from './inference/routers/cascade/cascade.ts';
export { Hedging } from './inference/routers/hedge/hedging.ts';
export { leastLoaded } from './inference/routers/least-loaded/least-loaded.ts';
export { Rotation } from './inference/routers/round-robin/rotation.ts';
export {
  best,
  type Contribution,
  fastest,
  keywordDensity,
  longest,
  type Scorer,
} from './inference/routers/tournament/scorers.ts';
export { SmoothWeighted } from './inference/routers/weighted/smooth-weighted.ts';
export type { Story } from './inference/story.ts';
export type { EngineEvents } from './pipeline/events.ts';
export type { Handle } from './pipeline/handle.ts';
export { HOOK_POSITIONS, type Hook, type HookPosition, type HookResult, type HookSubject } from './pipeline/hooks.ts';
export { loadPlugins } from './pipeline/plugins/load.ts';
export type { Plugin, PluginPicture } from './pipeline/plugins/plugin.ts';
export type { PluginSwitches } from './pipeline/plugins/plugins.ts';
export { BandIndex } from './primitives/band-index.ts';
export { Histogram } from './primitives/histogram.ts';
export { RollingWindow } from './primitives/rolling-window.ts';
export { Semaphore } from './primitives/semaphore.ts';
export { type Fingerprint, fingerprintHex, hammingDistance, SimHash } from './primitives/simhash.ts';
export { TimerWheel } from './primitives/timer-wheel.ts';
export { TokenBucket } from './primitives/token-bucket.ts';
export { type Chunk, type ChunkLimits, chunkText } from './prompts/retrieval/chunks.ts';
export {
  createRetrieval,
  type Retrieval,
  type RetrievalPicture,
  type RetrievalSettings,
  type RetrievalSurroundings,
} from './prompts/retrieval/retrieval.ts';
export type { TransformKind, TransformSpec, TransformTable } from './prompts/transforms/index.ts';
export {
  PipelineBuilder,
  type TextPipeline,
  type TextPipelineResult,
  type TextStage,
  type TextStats,
} from './prompts/transforms/text-pipeline.ts';
export { createEcho, type EchoSettings } from './providers/echo/echo.ts';
export type { Provider } from './providers/provider.ts';
export type { Veto } from './reuse/near/judge.ts';
export {
  type Comparison,
  NearDuplicates,
  type NearDuplicatesOptions,
  type NearMatch,
} from './reuse/near/near-duplicates.ts';
export { ResponseCache, type ResponseCacheOptions } from './reuse/response-cache.ts';
export type { ReusePicture } from './reuse/reuse-record.ts';
export { type Flight, SingleFlight, type Waiter } from './reuse/single-flight.ts';
export { DeadLetterReplay, replayWaitMs } from './schedule/dead-letter-replay.ts';
export type { Config } from './sections.ts';
export type { Storage } from './storage/contract.ts';
export { openStorage } from './storage/open-storage.ts';
export { claimOwnership, type Owner } from './storage/owners.ts';
export type { Snapshot } from './telemetry/snapshot.ts';
