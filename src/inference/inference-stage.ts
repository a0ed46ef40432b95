import type { Step } from '../core/attempt.ts';
import type { Call } from '../core/call.ts';
import type { Clock } from '../core/clock.ts';
import { OrchestratorError } from '../core/errors.ts';
import type { Job } from '../core/job.ts';
import type { Parameters } from '../core/request.ts';
import type { Provider } from '../providers/provider.ts';
import { type Candidate, type CandidateSettings, createCandidate } from './candidate.ts';

export interface InferenceSettings extends CandidateSettings {
  /** Parameters of requests that do not set their own. */
  readonly defaults: Parameters;
}

/** The third stage: a provider answers. */
export interface Inference {
  readonly step: Step<Job>;
  readonly candidate: Candidate;
}

export function createInference(
  provider: Provider,
  { defaults, ...settings }: InferenceSettings,
  clock: Clock,
  earlier?: Inference,
): Inference {
  const known = earlier?.candidate.provider;
  const same = known?.name === provider.name && known.kind === provider.kind;
  const candidate = createCandidate(provider, settings, clock, same ? earlier?.candidate : undefined);
  const ask: Step<Call> = candidate.step;
  const hasDefaults = Object.keys(defaults).length > 0;

  const step = (job: Job): void | Promise<void> => {
    if (job.trace !== null && overdue(job, clock)) return undefined;
    if (hasDefaults) job.parameters = { ...defaults, ...job.parameters };
    return ask(job);
  };
  return { step, candidate };
}

/** A hook before this stage may have taken longer than there was time. */
function overdue(job: Job, clock: Clock): boolean {
  if (job.deadlineAt === Number.POSITIVE_INFINITY || job.deadlineAt > clock.now()) return false;
  job.fail(new OrchestratorError('deadline_exceeded', 'The deadline passed before the provider was asked.'));
  return true;
}
