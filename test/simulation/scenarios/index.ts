import type { Scenario } from '../plan.ts';
import { ADMISSION } from './admission.ts';
import { CALLERS } from './callers.ts';
import { chaos } from './chaos.ts';
import { LIFE } from './life.ts';
import { LOAD } from './load.ts';
import { PROVIDERS } from './providers.ts';
import { RESILIENCE } from './resilience.ts';
import { REUSE } from './reuse.ts';
import { ROUTING } from './routing.ts';

/** All of them; a seed draws one by weight. */
export const SCENARIOS: readonly Scenario[] = [
  ...LOAD,
  ...CALLERS,
  ...PROVIDERS,
  ...RESILIENCE,
  ...REUSE,
  ...ROUTING,
  ...ADMISSION,
  ...LIFE,
  chaos,
];

/** The scenario of this name; for null the one that the seed draws. Throws when there is none. */
export function scenarioNamed(name: string | null): Scenario | undefined {
  if (name === null) return undefined;
  const found = SCENARIOS.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw new Error(`there is no scenario "${name}": choose one of ${SCENARIOS.map((one) => one.name).join(', ')}`);
}
