import type { Scenario } from '../plan.ts';
import { CALLERS } from './callers.ts';
import { chaos } from './chaos.ts';
import { LIFE } from './life.ts';
import { LOAD } from './load.ts';
import { PROVIDERS } from './providers.ts';

/** All of them; a seed draws one by weight. */
export const SCENARIOS: readonly Scenario[] = [...LOAD, ...CALLERS, ...PROVIDERS, ...LIFE, chaos];
