import type { ConfigOf } from '../core/config-section.ts';
import { present } from '../core/present.ts';
import type { providersSection } from '../providers/config.ts';
import { type ReuseConfig, reuseSettings } from '../reuse/settings.ts';
import type { inferenceSection, resilienceSection } from './config.ts';
import type { InferenceSettings } from './inference-stage.ts';

type InferenceConfig = ConfigOf<readonly [typeof inferenceSection, typeof resilienceSection, typeof providersSection]> &
  ReuseConfig;

/** What the configuration says of the inference stage when this provider answers. */
export function inferenceSettings(config: InferenceConfig, provider: string): InferenceSettings {
  const { resilience, providers } = config;
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
    model: inference.model,
    defaults: present({ max_tokens: inference.max_tokens, temperature: inference.temperature }),
    timeoutMs: inference.timeout_ms,
    adaptiveMinMs: inference.adaptive_timeout_enabled ? inference.adaptive_timeout_min_ms : undefined,
    maxConcurrent: own?.max_concurrent,
    maxRps: own?.max_rps,
    breaker:
      resilience.circuit_breaker_threshold === 0
        ? undefined
        : {
            threshold: resilience.circuit_breaker_threshold,
            timeoutMs: resilience.circuit_breaker_timeout_s * 1000,
            probes: resilience.circuit_breaker_probes,
            successRate: resilience.circuit_breaker_success_rate,
          },
    reuse: reuseSettings(config),
    retry: {
      attempts: resilience.retry_attempts,
      baseMs: resilience.retry_base_ms,
      maxMs: resilience.retry_max_ms,
    },
  };
}
