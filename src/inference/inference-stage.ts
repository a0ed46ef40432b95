import type { Step } from '../core/attempt.ts';
import type { Clock } from '../core/clock.ts';
import { OrchestratorError } from '../core/errors.ts';
import type { Job } from '../core/job.ts';
import { type Random, systemRandom } from '../core/random.ts';
import type { Parameters } from '../core/request.ts';
import type { Provider } from '../providers/provider.ts';
import { createFleet, type Fleet, type FleetSettings, type FleetSurroundings } from './fleet.ts';

export interface InferenceSettings extends FleetSettings {
  /** Parameters of requests that do not set their own. */
  readonly defaults: Parameters;
}

export interface InferenceSurroundings extends Omit<FleetSurroundings, 'random'> {
  /** Spreads retries; the platform's unless given. */
  readonly random?: Random;
}

/** The third stage: a provider answers. */
export interface Inference {
  readonly step: Step<Job>;
  readonly fleet: Fleet;
}

export function createInference(
  providers: readonly Provider[],
  settings: InferenceSettings,
  surroundings: InferenceSurroundings,
  earlier?: Inference,
): Inference {
  const { defaults } = settings;
  const { clock, random = systemRandom } = surroundings;
  const fleet = createFleet(providers, settings, { ...surroundings, random }, earlier?.fleet);
  const { ask } = fleet;
  const hasDefaults = Object.keys(defaults).length > 0;

  const step = (job: Job): void | Promise<void> => {
    if (job.trace !== null && overdue(job, clock)) return undefined;
    if (hasDefaults) job.parameters = { ...defaults, ...job.parameters };
    return ask(job);
  };
  return { step, fleet };
}

/** A hook before this stage may have taken longer than there was time. */
function overdue(job: Job, clock: Clock): boolean {
  if (job.deadlineAt === Number.POSITIVE_INFINITY || job.deadlineAt > clock.now()) return false;
  job.fail(new OrchestratorError('deadline_exceeded', 'The deadline passed before the provider was asked.'));
  return true;
}
