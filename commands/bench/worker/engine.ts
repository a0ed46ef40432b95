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

/** What stands around every call by default, and a rate that is never reached; no guard. */
export function featuresConfig(): Config {
  return configFromValues(engineSections, {
    guard: { enabled: false },
    providers: { echo: { kind: 'echo', max_rps: 1_000_000 } },
  });
}

/** The whole engine, as a program would make it; no-op work comes in as a provider of the program's own. */
export function engineFor(work: Work): Engine {
  return createEngine(plainConfig(), work === 'echo' ? {} : { provider: providerOf(work) });
}
