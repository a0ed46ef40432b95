import type { Meter } from '../../../admission/spend/ledger.ts';
import type { Step } from '../../../core/attempt.ts';
import type { LayeredAttempt } from '../../../core/call.ts';
import type { Clock } from '../../../core/clock.ts';
import { OrchestratorError, toOrchestratorError } from '../../../core/errors.ts';
import { Timeouts } from '../../../core/timeouts.ts';
import { estimateTokens } from '../../../core/tokens.ts';
import type { Provider } from '../../../providers/provider.ts';
import { modelAt } from '../../model-alias.ts';
import type { ProviderRecord } from '../../provider-record.ts';
import type { AdaptiveTimeout } from './adaptive-timeout.ts';

/** What came of one attempt. Times are monotonic milliseconds. */
export interface AttemptReport {
  readonly attempt: LayeredAttempt;
  readonly provider: string;
  readonly startedAt: number;
  /** When its first piece came; NaN without any. */
  readonly firstAt: number;
  readonly endedAt: number;
}

export interface TimeoutLayerOptions {
  readonly provider: Provider;
  /** The model asked for when a request names none; absent: the provider's. */
  readonly model?: string | undefined;
  /** Hears of attempts that were timed, once they have ended. */
  readonly onEnded?: ((report: AttemptReport) => void) | undefined;
  /** One of several: every attempt is timed, also one that nobody asked to time. */
  readonly routed?: boolean | undefined;
  /** Milliseconds an attempt may take altogether. */
  readonly timeoutMs: number;
  /** Lowers that to what the provider usually takes. */
  readonly adaptive: AdaptiveTimeout | null;
  /** Books what an attempt at a paid provider has used, however it ends; absent where nothing is paid. */
  readonly meter?: Meter | undefined;
  readonly clock: Clock;
  readonly record: ProviderRecord;
}

interface OpenAttempt {
  readonly attempt: LayeredAttempt;
  readonly limitMs: number;
  readonly settle: () => void;
}

/**
 * The innermost layer: asks the provider, gives it only so long, and notes in its record what came of it, and in the books.
 * One layer: all of it begins and ends with the provider's work, and each would need a promise of its own.
 */
export function timeoutLayer(options: TimeoutLayerOptions): Step<LayeredAttempt> {
  const { provider, timeoutMs, adaptive, meter, clock, record, onEnded, routed = false } = options;
  const { name } = provider;
  const model = options.model ?? provider.model;

  const timeouts = new Timeouts<OpenAttempt>(clock, ({ attempt, limitMs, settle }) => {
    // The key that would have to be raised.
    const key = limitMs < timeoutMs ? 'adaptive_timeout_min_ms' : 'timeout_ms';
    attempt.fail(
      new OrchestratorError(
        'provider_timeout',
        `Provider ${name} did not answer within ${Math.round(limitMs)} ms (stages.inference.${key}).`,
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

  /** Prices are loaded after the first attempt, which waits for them then: not before its first token. */
  const booked = (close: () => void): void | Promise<void> => {
    const loading = meter!.load();
    return loading === undefined ? close() : loading.then(close);
  };

  const failed = ({ error }: LayeredAttempt): void => record.failed(error!, clock.now());

  /** A request's model may name the provider, too. */
  const begin = (attempt: LayeredAttempt): void => {
    record.calls++;
    const asked = attempt.call.request.model;
    attempt.begin(name, asked === undefined ? model : (modelAt(name, asked) ?? model));
  };

  const finished = (attempt: LayeredAttempt): void => {
    attempt.close();
    if (attempt.error === null) record.ok++;
    else failed(attempt);
  };

  /** Small, so that V8 makes one piece of machine code of it and the provider: what only some attempts need stands apart. */
  const layer = (attempt: LayeredAttempt): void | Promise<void> => {
    if (attempt.timed) return timed(attempt);
    begin(attempt);
    const waits = run(attempt);
    return waits === undefined ? finished(attempt) : waitFor(attempt, waits, clock.now(), null);
  };

  const timed = (attempt: LayeredAttempt): void | Promise<void> => {
    const startedAt = clock.now();
    begin(attempt);
    const close = meter === undefined ? null : meter.open(attempt);
    const waits = run(attempt);
    if (waits !== undefined) return waitFor(attempt, waits, startedAt, close);
    attempt.close();
    const endedAt = clock.now();
    record.ended(endedAt - startedAt, attempt.error, endedAt);
    onEnded?.({ attempt, provider: name, startedAt, firstAt: attempt.said === '' ? Number.NaN : endedAt, endedAt });
    return close === null ? undefined : booked(close);
  };

  const waitFor = (
    attempt: LayeredAttempt,
    waits: Promise<void>,
    startedAt: number,
    close: (() => void) | null,
  ): Promise<void> => {
    record.inFlight++;
    let firstAt = Number.NaN;
    // An answer that comes as a whole says nothing about how soon this provider speaks.
    if (attempt.streams && attempt.said !== '') firstAt = clock.now();
    else if (attempt.streams) {
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
        if (error?.code !== 'cancelled') record.ended(now - startedAt, error, now);
        if (error === null || error.code === 'provider_timeout') adaptive?.record(now - startedAt);
        onEnded?.({ attempt, provider: name, startedAt, firstAt, endedAt: now });
        resolve(close === null ? undefined : booked(close));
      };
      const entry: OpenAttempt = { attempt, limitMs: adaptive?.limitMs ?? timeoutMs, settle };
      const ticket = timeouts.add(entry, startedAt + entry.limitMs);
      waits.then(settle, (thrown) => {
        attempt.fail(toOrchestratorError(thrown, 'provider_failed'));
        settle();
      });
    });
  };

  return routed || meter !== undefined ? timed : layer;
}

/** As the provider counted them, or an estimate of what arrived. */
const outputTokensOf = ({ outputTokens, said }: LayeredAttempt): number =>
  outputTokens >= 0 ? outputTokens : estimateTokens(said);
