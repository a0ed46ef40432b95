import type { Step } from '../core/attempt.ts';
import type { Job } from '../core/job.ts';
import { type Random, systemRandom } from '../core/random.ts';
import type { Parameters } from '../core/request.ts';
import type { Provider } from '../providers/provider.ts';
import { type Candidate, type CandidateSettings, type CandidateSurroundings, createCandidate } from './candidate.ts';
import { overdue } from './layers/overdue.ts';
import { RetryBudget } from './layers/retry/retry-budget.ts';
import { retryLayer } from './layers/retry/retry-layer.ts';
import type { RetrySettings } from './layers/retry/retry-policy.ts';

export interface InferenceSettings extends CandidateSettings {
  /** Parameters of requests that do not set their own. */
  readonly defaults: Parameters;
  /** Absent: one attempt. */
  readonly retry?: RetrySettings | undefined;
}

export interface InferenceSurroundings extends CandidateSurroundings {
  /** Spreads retries; the platform's unless given. */
  readonly random?: Random;
}

/** The third stage: a provider answers. */
export interface Inference {
  readonly step: Step<Job>;
  readonly candidate: Candidate;
  readonly budget: RetryBudget;
}

export function createInference(
  provider: Provider,
  settings: InferenceSettings,
  surroundings: InferenceSurroundings,
  earlier?: Inference,
): Inference {
  const { defaults, retry } = settings;
  const { clock, random = systemRandom } = surroundings;
  const known = earlier?.candidate.provider;
  const same = known?.name === provider.name && known.kind === provider.kind;
  const candidate = createCandidate(provider, settings, surroundings, same ? earlier?.candidate : undefined);
  const { record, open } = candidate;
  const budget = earlier?.budget ?? new RetryBudget();
  const ask =
    retry !== undefined && retry.attempts > 1
      ? retryLayer(candidate.step, { settings: retry, budget, clock, random, record, open })
      : candidate.step;
  const hasDefaults = Object.keys(defaults).length > 0;

  const step = (job: Job): void | Promise<void> => {
    // A hook before this stage may have taken longer than there was time.
    if (job.trace !== null && overdue(job, clock)) return undefined;
    if (hasDefaults) job.parameters = { ...defaults, ...job.parameters };
    return ask(job);
  };
  return { step, candidate, budget };
}
