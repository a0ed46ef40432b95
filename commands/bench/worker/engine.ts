import { EMPTY_TABLE } from '../../../src/config/tree.ts';
import { validateTable } from '../../../src/config/validate.ts';
import { createEngine, type Engine } from '../../../src/engine.ts';
import { type Config, engineSections } from '../../../src/sections.ts';
import { providerOf, type Work } from './work.ts';

/** The configuration without any features: the echo worker, no guard, storage in memory. */
export function defaultConfig(): Config {
  const config = validateTable(engineSections, EMPTY_TABLE).config as Config;
  return { ...config, guard: { ...config.guard, enabled: false } };
}

/** The whole engine, as a program would make it; no-op work comes in as a provider of the program's own. */
export function engineFor(work: Work): Engine {
  return createEngine(defaultConfig(), work === 'echo' ? {} : { provider: providerOf(work) });
}
