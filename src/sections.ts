import { tokenBudgetSection } from './admission/budget/config.ts';
import { tenantsSection } from './admission/config.ts';
import { guardSection } from './admission/guard/config.ts';
import { rateLimitsSection } from './admission/rates/config.ts';
import type { ConfigOf } from './core/config-section.ts';
import { inferenceSection, resilienceSection } from './inference/config.ts';
import { poolSection } from './inference/pool/config.ts';
import { batchSection, pipelinesSection, routingSection } from './inference/routing-config.ts';
import {
  deadLettersSection,
  pipelineSection,
  pluginsSection,
  postProcessSection,
  streamSection,
} from './pipeline/config.ts';
import { assembleSection, ragSection } from './prompts/config.ts';
import { providersSection } from './providers/config.ts';
import { cacheSection, deduplicationSection, semanticDedupSection } from './reuse/config.ts';
import { storageSection } from './storage/config.ts';
import { observabilitySection } from './telemetry/config.ts';

/**
 * Every section of the engine's configuration, in the order of the reference page. Loads zod (60 ms): import the value
 * lazily, where a configuration is read; the type costs nothing.
 */
export const engineSections = [
  pipelineSection,
  guardSection,
  tokenBudgetSection,
  rateLimitsSection,
  tenantsSection,
  ragSection,
  assembleSection,
  inferenceSection,
  postProcessSection,
  streamSection,
  resilienceSection,
  pluginsSection,
  deadLettersSection,
  deduplicationSection,
  semanticDedupSection,
  cacheSection,
  providersSection,
  routingSection,
  pipelinesSection,
  poolSection,
  batchSection,
  storageSection,
  observabilitySection,
] as const;

/** A valid configuration with every default filled in. */
export type Config = ConfigOf<typeof engineSections>;
