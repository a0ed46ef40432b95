import type { Step } from '../../../core/attempt.ts';
import type { LayeredAttempt } from '../../../core/call.ts';
import type { Clock } from '../../../core/clock.ts';
import { OrchestratorError } from '../../../core/errors.ts';
import type { ProviderRecord } from '../../provider-record.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { verdictOf } from './verdict.ts';

export interface BreakerLayerOptions {
  readonly breaker: CircuitBreaker;
  /** The provider's name. */
  readonly name: string;
  readonly clock: Clock;
  readonly record: ProviderRecord;
}

/** While all probes of a round are on their way nobody knows when the next may start, milliseconds. */
const PROBES_RUNNING_MS = 1000;

/** Lets an attempt through when the breaker does, and tells the breaker what came of it. */
export function breakerLayer(inner: Step<LayeredAttempt>, options: BreakerLayerOptions): Step<LayeredAttempt> {
  const { breaker, clock } = options;

  const leave = (permit: number, { error }: LayeredAttempt): void => {
    if (error !== null) breaker.leave(permit, verdictOf(error.code), clock.now(), error.code);
    else if (!breaker.calm) breaker.leave(permit, 'ok', clock.now());
  };

  return (attempt) => {
    // A look at the clock costs as much as all the rest, and a closed breaker needs none.
    const permit = breaker.enter(breaker.calm ? 0 : clock.now());
    if (permit === 0) return refuse(attempt, options);
    const waits = inner(attempt);
    if (waits !== undefined) return waits.then(() => leave(permit, attempt));
    return leave(permit, attempt);
  };
}

/** Refuses an attempt that would only wait for something else while the breaker is open. */
export function refuseWhenOpen(inner: Step<LayeredAttempt>, options: BreakerLayerOptions): Step<LayeredAttempt> {
  const { breaker, clock } = options;
  return (attempt) => {
    if (!breaker.calm && !breaker.open(clock.now())) return refuse(attempt, options);
    return inner(attempt);
  };
}

function refuse(attempt: LayeredAttempt, { breaker, name, clock, record }: BreakerLayerOptions): void {
  record.refused++;
  const { state, failures, next_probe_ms, reason } = breaker.picture(clock.now());
  const probing = state === 'half_open';
  // It was tripped: that says it all, whatever had failed before.
  const byHand = !probing && next_probe_ms === null;
  const until = probing
    ? 'it is being probed'
    : byHand
      ? 'until its breaker is reset'
      : `it is probed in ${Math.ceil(next_probe_ms! / 1000)} s`;
  const failed = failures === 1 ? '1 failure:' : `${failures} failures in a row, the last`;
  const why = byHand || failures === 0 ? reason : `${failed} ${reason}`;
  const waitMs = probing ? PROBES_RUNNING_MS : next_probe_ms;
  attempt.fail(
    new OrchestratorError(
      'circuit_open',
      `Provider ${name} is not asked for now (${why}): ${until}.`,
      waitMs === null ? {} : { retryAfterMs: waitMs },
    ),
  );
}
