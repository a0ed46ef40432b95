import { configFromValues } from '../../../src/config/from-values.ts';
import { createEngine, type Engine } from '../../../src/engine.ts';
import { type Config, engineSections } from '../../../src/sections.ts';
import { providerOf, type Work } from './work.ts';

/** An engine without features: the echo worker, no guard, nothing is reused, no breaker, no retries, storage in memory. */
export function plainConfig(): Config {
  return configFromValues(engineSections, {
    guard: { enabled: false },
    deduplication: { enabled: false },
    resilience: { retry_attempts: 1, circuit_breaker_threshold: 0 },
  });
}

/** What the engine does beside running a request through. */
export type Features = 'none' | 'calls' | 'all_but_near' | 'all';

/** So many that no measurement gets there. */
const NEVER_REACHED = 1_000_000;
const NEVER_USED_UP = 1e15;

/** What stands around every call by default, and a rate that is never reached; no guard. */
const CALLS = {
  guard: { enabled: false },
  providers: { echo: { kind: 'echo', max_rps: NEVER_REACHED } },
} as const;

/**
 * Everything that looks at every request: the guard without its model, tokens of a request and of a period, a limit of what
 * is spent, a rate; deduplication and the cache; breaker, retries and the provider's own limits.
 */
const ALL_BUT_NEAR = {
  guard: { model: false },
  token_budget: {
    max_tokens_per_request: NEVER_REACHED,
    max_tokens_per_period: NEVER_USED_UP,
    max_spend_usd: NEVER_REACHED,
  },
  rate_limits: { enabled: true, requests_per_second: NEVER_REACHED, burst_capacity: NEVER_REACHED },
  cache: { enabled: true },
  providers: { echo: { kind: 'echo', max_rps: NEVER_REACHED, max_concurrent: 64 } },
} as const;

/** The configuration with these features, and no others. */
export function configWith(features: Features): Config {
  if (features === 'none') return plainConfig();
  if (features === 'calls') return configFromValues(engineSections, CALLS);
  const semantic_dedup = { enabled: features === 'all' };
  return configFromValues(engineSections, { ...ALL_BUT_NEAR, semantic_dedup });
}

/** The whole engine, as a program would make it; no-op work comes in as a provider of the program's own. */
export function engineFor(work: Work): Engine {
  return createEngine(plainConfig(), work === 'echo' ? {} : { provider: providerOf(work) });
}
