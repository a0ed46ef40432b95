import type { Step } from '../core/attempt.ts';
import type { LayeredAttempt } from '../core/call.ts';
import type { Clock } from '../core/clock.ts';
import type { Provider } from '../providers/provider.ts';
import { timeoutLayer } from './layers/timeout/timeout-layer.ts';
import { ProviderRecord } from './provider-record.ts';

/** One provider with its layers around it: what a router chooses from. */
export interface Candidate {
  readonly provider: Provider;
  readonly record: ProviderRecord;
  /** One attempt at this provider. */
  readonly step: Step<LayeredAttempt>;
}

export interface CandidateSettings {
  /** Milliseconds an attempt may take altogether. */
  readonly timeoutMs: number;
  /** The model asked for when a request names none; absent: the provider's. */
  readonly model?: string | undefined;
}

/** `earlier` is the same provider under other settings: changed settings are no reason to forget what is known of it. */
export function createCandidate(
  provider: Provider,
  { timeoutMs, model }: CandidateSettings,
  clock: Clock,
  earlier?: Candidate,
): Candidate {
  const record = earlier?.record ?? new ProviderRecord();
  const limit = { ms: timeoutMs, key: 'stages.inference.timeout_ms' };
  return { provider, record, step: timeoutLayer({ provider, model, limit: () => limit, clock, record }) };
}
