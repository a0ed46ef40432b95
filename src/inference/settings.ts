import type { ConfigOf } from '../core/config-section.ts';
import { present } from '../core/present.ts';
import type { providersSection } from '../providers/config.ts';
import type { Provider } from '../providers/provider.ts';
import { type ReuseConfig, reuseSettings } from '../reuse/settings.ts';
import type { CandidateSettings } from './candidate.ts';
import type { inferenceSection, resilienceSection } from './config.ts';
import type { InferenceSettings } from './inference-stage.ts';
import { modelAt, namedBy } from './model-alias.ts';
import type { Waiting } from './routers/patience.ts';
import type { Scorer } from './routers/tournament/scorers.ts';
import type { batchSection, pipelinesSection, routingSection } from './routing-config.ts';

type InferenceConfig = ConfigOf<
  readonly [
    typeof inferenceSection,
    typeof resilienceSection,
    typeof providersSection,
    typeof routingSection,
    typeof pipelinesSection,
    typeof batchSection,
  ]
> &
  ReuseConfig;

/** What whoever hosts the engine says of routing. */
export interface RoutingDefaults {
  /** Judges the answers of a tournament in place of the configured one. */
  readonly scorer?: Scorer | undefined;
  /** Nobody sits before it: where the configuration does not say, calls wait out an outage together. */
  readonly patient?: boolean | undefined;
}

/** What the configuration says of the inference stage when these providers answer, the first of them by default. */
export function inferenceSettings(
  config: InferenceConfig,
  providers: readonly Provider[],
  { scorer, patient = false }: RoutingDefaults = {},
): InferenceSettings {
  const { resilience, routing, pipelines, stages } = config;
  const { inference } = stages;
  const retry = {
    attempts: resilience.retry_attempts,
    baseMs: resilience.retry_base_ms,
    maxMs: resilience.retry_max_ms,
  };
  return {
    defaults: present({ max_tokens: inference.max_tokens, temperature: inference.temperature }),
    reuse: reuseSettings(config),
    retry,
    defaultModel: inference.model,
    candidate: (provider) => ({ ...candidateSettings(config, provider, modelFor(config, provider, providers)), retry }),
    routing: {
      policy: routing.policy,
      slaMs: routing.sla_ms,
      epsilon: routing.epsilon,
      scorer: scorer ?? routing.scorer,
      keywords: routing.keywords,
      awaitAll: routing.await_all,
      hedgePercentile: routing.hedge_percentile,
      hedgeMaxExtra: routing.hedge_max_extra,
      waitForRecovery: waitingOf(routing.wait_for_recovery, patient),
      longestWaitMs: inference.timeout_ms,
    },
    pipelines: Object.entries(pipelines).map(([name, pipeline]) => ({
      name,
      class: pipeline.class,
      alsoServing: pipeline.also_serving,
      providers: pipeline.providers,
    })),
  };
}

function waitingOf(configured: boolean | undefined, patient: boolean): Waiting {
  if (configured === undefined) return patient ? 'together' : 'never';
  return configured ? 'each' : 'never';
}

/**
 * The model that a provider is asked for. The stage's is for the provider that it names, else for the one that answers
 * alone, else for those that have none of their own.
 */
function modelFor(
  { stages, routing, providers: configured }: InferenceConfig,
  name: string,
  providers: readonly Provider[],
): string | undefined {
  const { model } = stages.inference;
  const own = configured[name]?.model;
  if (model === undefined) return own;
  const named = namedBy(model, providers);
  if (named !== null) return named.some((one) => one.name === name) ? (modelAt(name, model) ?? own) : own;
  const alone = providers.length === 1 || (routing.policy === 'single' && providers[0]?.name === name);
  return alone ? model : (own ?? model);
}

function candidateSettings(config: InferenceConfig, provider: string, model: string | undefined): CandidateSettings {
  const { resilience, providers, batch } = config;
  const { inference } = config.stages;
  const own = providers[provider];
  return {
    place: JSON.stringify([
      own?.kind,
      ...(own === undefined || own.kind === 'echo' ? [] : [own.base_url, own.api_key_env]),
    ]),
    price: present({
      baseUrl: own === undefined || own.kind === 'echo' ? undefined : own.base_url,
      inputPer1k: own?.input_per_1k,
      outputPer1k: own?.output_per_1k,
    }),
    model,
    timeoutMs: inference.timeout_ms,
    adaptiveMinMs: inference.adaptive_timeout_enabled ? inference.adaptive_timeout_min_ms : undefined,
    maxConcurrent: own?.max_concurrent,
    maxRps: own?.max_rps,
    weight: own?.weight,
    priority: own?.priority,
    batch: batch.enabled
      ? { maxSize: batch.max_batch_size, maxWaitMs: batch.max_wait_ms, prefixLength: batch.group_by_prefix_len }
      : undefined,
    breaker:
      resilience.circuit_breaker_threshold === 0
        ? undefined
        : {
            threshold: resilience.circuit_breaker_threshold,
            timeoutMs: resilience.circuit_breaker_timeout_s * 1000,
            probes: resilience.circuit_breaker_probes,
            successRate: resilience.circuit_breaker_success_rate,
          },
  };
}
