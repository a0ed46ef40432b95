import type { ConfigOf } from '../core/config-section.ts';
import { engineSections } from '../sections.ts';
import { serverSection } from './config.ts';

/** Every section of `pipeline.toml`: the engine's, and the server's. Loads zod, as they do. */
export const serviceSections = [...engineSections, serverSection] as const;

/** A valid configuration of the whole program. */
export type ServiceConfig = ConfigOf<typeof serviceSections>;
