import { coreScenario } from './core/core.ts';
import { guardScenario } from './guard/guard.ts';
import { httpScenario } from './http/http.ts';
import { reuseScenario } from './reuse/reuse.ts';
import type { Scenario } from './scenario.ts';
import { startupScenario } from './startup/startup.ts';

/** Every scenario of `bench`, the default first. */
export const SCENARIOS: readonly Scenario[] = [
  coreScenario,
  guardScenario,
  startupScenario,
  reuseScenario,
  httpScenario,
];
