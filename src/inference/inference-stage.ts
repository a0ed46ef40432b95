import type { Step } from '../core/attempt.ts';
import type { Clock } from '../core/clock.ts';
import { OrchestratorError, toOrchestratorError } from '../core/errors.ts';
import type { Job, Trace } from '../core/job.ts';
import type { Parameters } from '../core/request.ts';
import { Timeouts } from '../core/timeouts.ts';
import { estimateTokens } from '../core/tokens.ts';
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

/** `record` is the provider's own when it had one already: changed settings are no reason to forget its calls. */
export function createInference(
  provider: Provider,
  settings: InferenceSettings,
  clock: Clock,
  record = new ProviderRecord(),
): Inference {
  const model = settings.model ?? provider.model;
  const hasDefaults = Object.keys(settings.defaults).length > 0;
  const timeouts = new Timeouts<OpenCall>(clock, ({ job, settle }) => {
    job.error = new OrchestratorError(
      'provider_timeout',
      `Provider ${provider.name} did not answer within ${settings.timeoutMs} ms (stages.inference.timeout_ms).`,
    );
    job.close();
    job.abort();
    settle();
  });

  const finished = (job: Job): void => {
    job.close();
    if (job.error === null) record.ok++;
    // Taken back by the caller: not the provider's failure.
    else if (job.ended !== 'cancelled') record.failed(job.error.code);
  };

  const threw = (job: Job, thrown: unknown): void => {
    job.error = toOrchestratorError(thrown, 'provider_failed');
  };

  const run = (job: Job): void | Promise<void> => {
    try {
      return provider.run(job);
    } catch (thrown) {
      threw(job, thrown);
      return undefined;
    }
  };

  /** Small, so that V8 makes one piece of machine code of it and the provider: what only some jobs need stands apart. */
  const step = (job: Job): void | Promise<void> => {
    if (job.trace !== null) return timedStep(job, job.trace);
    begin(job);
    const waits = run(job);
    return waits === undefined ? finished(job) : waitFor(job, waits, clock.now());
  };

  const timedStep = (job: Job, { deadlineAt }: Trace): void | Promise<void> => {
    const startedAt = clock.now();
    // A hook before this stage may have taken longer than there was time.
    if (deadlineAt <= startedAt) {
      job.error = new OrchestratorError('deadline_exceeded', 'The deadline passed before the provider was asked.');
      return undefined;
    }
    begin(job);
    const waits = run(job);
    if (waits !== undefined) return waitFor(job, waits, startedAt);
    record.latency.record(clock.now() - startedAt);
    return finished(job);
  };

  const begin = (job: Job): void => {
    job.attempts++;
    job.provider = provider.name;
    if (hasDefaults) job.parameters = { ...settings.defaults, ...job.parameters };
    job.model = job.request.model ?? model;
    record.calls++;
  };

  const waitFor = (job: Job, waits: Promise<void>, startedAt: number): Promise<void> => {
    record.inFlight++;
    let firstAt = Number.NaN;
    if (job.said !== '') firstAt = clock.now();
    else {
      job.onFirstPiece(() => {
        firstAt = clock.now();
      });
    }
    return new Promise((resolve) => {
      let open = true;
      const settle = (): void => {
        if (!open) return;
        open = false;
        timeouts.delete(call, ticket);
        record.inFlight--;
        const now = clock.now();
        if (job.ended !== 'cancelled') record.latency.record(now - startedAt);
        if (firstAt >= startedAt) record.spoke(firstAt - startedAt, now - firstAt, outputTokensOf(job));
        finished(job);
        resolve();
      };
      const call: OpenCall = { job, settle };
      const ticket = timeouts.add(call, startedAt + settings.timeoutMs);
      waits.then(settle, (thrown) => {
        threw(job, thrown);
        settle();
      });
    });
  };

  return { step, provider, record };
}

/** As the provider counted them, or an estimate of what arrived. */
const outputTokensOf = ({ outputTokens, said }: Job): number =>
  outputTokens >= 0 ? outputTokens : estimateTokens(said);
