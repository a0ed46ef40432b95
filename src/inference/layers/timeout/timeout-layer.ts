import type { Step } from '../../../core/attempt.ts';
import type { LayeredAttempt } from '../../../core/call.ts';
import type { Clock } from '../../../core/clock.ts';
import { OrchestratorError, toOrchestratorError } from '../../../core/errors.ts';
import { Timeouts } from '../../../core/timeouts.ts';
import { estimateTokens } from '../../../core/tokens.ts';
import type { Provider } from '../../../providers/provider.ts';
import type { ProviderRecord } from '../../provider-record.ts';

export interface TimeoutLayerOptions {
  readonly provider: Provider;
  /** The model asked for when a request names none; absent: the provider's. */
  readonly model?: string | undefined;
  /** How long an attempt may take that begins now, and the key that says so. */
  readonly limit: () => TimeLimit;
  readonly clock: Clock;
  readonly record: ProviderRecord;
}

export interface TimeLimit {
  readonly ms: number;
  readonly key: string;
}

interface OpenAttempt {
  readonly attempt: LayeredAttempt;
  readonly limit: TimeLimit;
  readonly settle: () => void;
}

/** The innermost layer: asks the provider, gives it only so long, and notes in its record what came of it. */
export function timeoutLayer({
  provider,
  limit,
  clock,
  record,
  ...options
}: TimeoutLayerOptions): Step<LayeredAttempt> {
  const { name } = provider;
  const model = options.model ?? provider.model;

  const timeouts = new Timeouts<OpenAttempt>(clock, ({ attempt, limit: { ms, key }, settle }) => {
    attempt.fail(
      new OrchestratorError(
        'provider_timeout',
        `Provider ${name} did not answer within ${Math.round(ms)} ms (${key}).`,
      ),
    );
    attempt.close();
    attempt.abort();
    settle();
  });

  /** Small, so that V8 makes one piece of machine code of it and the provider: what only some attempts need stands apart. */
  const layer = (attempt: LayeredAttempt): void | Promise<void> => {
    record.calls++;
    attempt.begin(name, attempt.call.request.model ?? model);
    const startedAt = attempt.timed ? clock.now() : Number.NaN;
    let waits: void | Promise<void> | undefined;
    try {
      waits = provider.run(attempt);
    } catch (thrown) {
      attempt.fail(toOrchestratorError(thrown, 'provider_failed'));
    }
    if (waits !== undefined) return waitFor(attempt, waits, attempt.timed ? startedAt : clock.now());
    if (attempt.timed) record.latency.record(clock.now() - startedAt);
    attempt.close();
    if (attempt.error === null) record.ok++;
    else record.failed(attempt.error.code);
    return undefined;
  };

  const waitFor = (attempt: LayeredAttempt, waits: Promise<void>, startedAt: number): Promise<void> => {
    record.inFlight++;
    let firstAt = Number.NaN;
    if (attempt.call.text !== '') firstAt = clock.now();
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
        resolve();
      };
      const entry: OpenAttempt = { attempt, limit: limit(), settle };
      const ticket = timeouts.add(entry, startedAt + entry.limit.ms);
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
  outputTokens >= 0 ? outputTokens : estimateTokens(call.text);
