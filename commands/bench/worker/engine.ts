import { configFromValues } from '../../../src/config/from-values.ts';
import { createEngine, type Engine } from '../../../src/engine.ts';
import { type Config, engineSections } from '../../../src/sections.ts';
import { providerOf, type Work } from './work.ts';

/** An engine without features: the echo worker, nothing is reused, no breaker, no retries, storage in memory. */
export function plainConfig(): Config {
  return configFromValues(engineSections, {
    deduplication: { enabled: false },
    resilience: { retry_attempts: 1, circuit_breaker_threshold: 0 },
  });
}

/** What stands around every request by default, and a rate that is never reached. */
export function featuresConfig(): Config {
  return configFromValues(engineSections, { providers: { echo: { kind: 'echo', max_rps: 1_000_000 } } });
}

/** The whole engine, as a program would make it; no-op work comes in as a provider of the program's own. */
export function engineFor(work: Work): Engine {
  return createEngine(plainConfig(), work === 'echo' ? {} : { provider: providerOf(work) });
}
