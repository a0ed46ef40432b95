import { EMPTY_TABLE } from '../../../src/config/tree.ts';
import { validateTable } from '../../../src/config/validate.ts';
import { createEngine, type Engine } from '../../../src/engine.ts';
import { type Config, engineSections } from '../../../src/sections.ts';
import { providerOf, type Work } from './work.ts';

/** The configuration of an engine that nobody configured: the echo worker, no features, storage in memory. */
export function defaultConfig(): Config {
  return validateTable(engineSections, EMPTY_TABLE).config as Config;
}

/** The whole engine, as a program would make it; no-op work comes in as a provider of the program's own. */
export function engineFor(work: Work): Engine {
  return createEngine(defaultConfig(), work === 'echo' ? {} : { provider: providerOf(work) });
}
