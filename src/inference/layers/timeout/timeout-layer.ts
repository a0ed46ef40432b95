import type { Step } from '../../../core/attempt.ts';
import type { LayeredAttempt } from '../../../core/call.ts';
import type { Clock } from '../../../core/clock.ts';
import { OrchestratorError, toOrchestratorError } from '../../../core/errors.ts';
import { Timeouts } from '../../../core/timeouts.ts';
import { estimateTokens } from '../../../core/tokens.ts';
import type { Provider } from '../../../providers/provider.ts';
import type { ProviderRecord } from '../../provider-record.ts';
import type { AdaptiveTimeout } from './adaptive-timeout.ts';

export interface TimeoutLayerOptions {
  readonly provider: Provider;
  /** The model asked for when a request names none; absent: the provider's. */
  readonly model?: string | undefined;
  /** Milliseconds an attempt may take altogether. */
  readonly timeoutMs: number;
  /** Lowers that to what the provider usually takes. */
  readonly adaptive: AdaptiveTimeout | null;
  readonly clock: Clock;
  readonly record: ProviderRecord;
}

interface OpenAttempt {
  readonly attempt: LayeredAttempt;
  readonly limitMs: number;
  readonly settle: () => void;
}

/** The innermost layer: asks the provider, gives it only so long, and notes in its record what came of it. */
export function timeoutLayer(options: TimeoutLayerOptions): Step<LayeredAttempt> {
  const { provider, timeoutMs, adaptive, clock, record } = options;
  const { name } = provider;
  const key = `stages.inference.${adaptive === null ? 'timeout_ms' : 'adaptive_timeout_enabled'}`;
  const model = options.model ?? provider.model;

  const timeouts = new Timeouts<OpenAttempt>(clock, ({ attempt, limitMs, settle }) => {
    attempt.fail(
      new OrchestratorError(
        'provider_timeout',
        `Provider ${name} did not answer within ${Math.round(limitMs)} ms (${key}).`,
      ),
    );
    attempt.close();
    attempt.abort();
    settle();
  });

  const run = (attempt: LayeredAttempt): void | Promise<void> => {
    try {
      return provider.run(attempt);
    } catch (thrown) {
      attempt.fail(toOrchestratorError(thrown, 'provider_failed'));
      return undefined;
    }
  };

  const begin = (attempt: LayeredAttempt): void => {
    record.calls++;
    attempt.begin(name, attempt.call.request.model ?? model);
  };

  const finished = (attempt: LayeredAttempt): void => {
    attempt.close();
    if (attempt.error === null) record.ok++;
    else record.failed(attempt.error.code);
  };

  /** Small, so that V8 makes one piece of machine code of it and the provider: what only some attempts need stands apart. */
  const layer = (attempt: LayeredAttempt): void | Promise<void> => {
    if (attempt.timed) return timed(attempt);
    begin(attempt);
    const waits = run(attempt);
    return waits === undefined ? finished(attempt) : waitFor(attempt, waits, clock.now());
  };

  const timed = (attempt: LayeredAttempt): void | Promise<void> => {
    const startedAt = clock.now();
    begin(attempt);
    const waits = run(attempt);
    if (waits !== undefined) return waitFor(attempt, waits, startedAt);
    record.latency.record(clock.now() - startedAt);
    return finished(attempt);
  };

  const waitFor = (attempt: LayeredAttempt, waits: Promise<void>, startedAt: number): Promise<void> => {
    record.inFlight++;
    let firstAt = Number.NaN;
    if (attempt.call.said !== '') firstAt = clock.now();
    else {
      attempt.onFirstPiece(() => {
        firstAt = clock.now();
      });
    }
    return new Promise((resolve) => {
      let open = true;
      const settle = (): void => {
        if (!open) return;
        open = false;
        timeouts.delete(entry, ticket);
        record.inFlight--;
        attempt.close();
        const now = clock.now();
        const { error } = attempt;
        if (firstAt >= startedAt) record.spoke(firstAt - startedAt, now - firstAt, outputTokensOf(attempt));
        // Taken back by the caller: neither its time nor its end says anything about the provider.
        if (error?.code !== 'cancelled') record.ended(now - startedAt, error);
        if (error === null || error.code === 'provider_timeout') adaptive?.record(now - startedAt);
        resolve();
      };
      const entry: OpenAttempt = { attempt, limitMs: adaptive?.limitMs ?? timeoutMs, settle };
      const ticket = timeouts.add(entry, startedAt + entry.limitMs);
      waits.then(settle, (thrown) => {
        attempt.fail(toOrchestratorError(thrown, 'provider_failed'));
        settle();
      });
    });
  };

  return layer;
}

/** As the provider counted them, or an estimate of what arrived. */
const outputTokensOf = ({ outputTokens, call }: LayeredAttempt): number =>
  outputTokens >= 0 ? outputTokens : estimateTokens(call.said);
