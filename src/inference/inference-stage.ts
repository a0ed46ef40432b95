import type { Step } from '../core/attempt.ts';
import type { Clock } from '../core/clock.ts';
import { OrchestratorError, toOrchestratorError } from '../core/errors.ts';
import type { Job } from '../core/job.ts';
import type { Parameters } from '../core/request.ts';
import { Timeouts } from '../core/timeouts.ts';
import type { Provider } from '../providers/provider.ts';
import { ProviderRecord } from './provider-record.ts';

export interface InferenceSettings {
  /** Milliseconds a call may take altogether. */
  readonly timeoutMs: number;
  /** Parameters of requests that do not set their own. */
  readonly defaults: Parameters;
  /** The model asked for when a request names none; absent: the provider's. */
  readonly model?: string | undefined;
}

/** The third stage: one provider answers. */
export interface Inference {
  readonly step: Step<Job>;
  readonly provider: Provider;
  readonly record: ProviderRecord;
}

interface OpenCall {
  readonly job: Job;
  readonly settle: () => void;
}

export function createInference(provider: Provider, settings: InferenceSettings, clock: Clock): Inference {
  const record = new ProviderRecord();
  const model = settings.model ?? provider.model;
  const hasDefaults = Object.keys(settings.defaults).length > 0;
  const timeouts = new Timeouts<OpenCall>(clock, ({ job, settle }) => {
    job.error = new OrchestratorError(
      'provider_unavailable',
      `Provider ${provider.name} did not answer within ${settings.timeoutMs} ms (stages.inference.timeout_ms).`,
    );
    job.abort();
    settle();
  });

  const finished = (job: Job): void => {
    if (job.error === null) record.ok++;
    else record.failed(job.error.code);
  };

  const step = (job: Job): void | Promise<void> => {
    job.attempts++;
    job.provider = provider.name;
    if (hasDefaults) job.parameters = { ...settings.defaults, ...job.parameters };
    job.model = job.request.model ?? model;
    record.calls++;
    if (job.trace === null) {
      const waits = provider.run(job);
      if (waits !== undefined) return waitFor(job, waits, clock.now());
      return finished(job);
    }
    const startedAt = clock.now();
    const waits = provider.run(job);
    if (waits !== undefined) return waitFor(job, waits, startedAt);
    record.latency.record(clock.now() - startedAt);
    return finished(job);
  };

  const waitFor = (job: Job, waits: Promise<void>, startedAt: number): Promise<void> => {
    record.inFlight++;
    return new Promise((resolve) => {
      let open = true;
      const settle = (): void => {
        if (!open) return;
        open = false;
        timeouts.delete(call, ticket);
        record.inFlight--;
        record.latency.record(clock.now() - startedAt);
        // Taken back by the caller: not the provider's failure.
        if (job.ended !== 'cancelled') finished(job);
        resolve();
      };
      const call: OpenCall = { job, settle };
      const ticket = timeouts.add(call, startedAt + settings.timeoutMs);
      waits.then(settle, (thrown) => {
        job.error ??= toOrchestratorError(thrown);
        settle();
      });
    });
  };

  return { step, provider, record };
}
